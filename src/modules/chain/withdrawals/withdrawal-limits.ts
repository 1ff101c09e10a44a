import { WithdrawalLimitReached } from './withdrawals.errors';

/** Limits of the original platform, in whole TeoCoins for each person. */
export const minAmount = 10;
export const maxAmount = 10_000;
export const maxDailyAmount = 50_000;
export const maxOpenCount = 3;

export const dayMs = 24 * 3_600_000;

interface WithdrawalUsage {
  /** The number of withdrawals of the person that have not ended. */
  openCount: number;
  /** The amount requested within the last 24 hours, without refunded withdrawals. */
  dailyAmount: number;
}

/** @throws WithdrawalLimitReached */
export function requireWithinLimits({ openCount, dailyAmount }: WithdrawalUsage, amount: number): void {
  if (openCount >= maxOpenCount) throw new WithdrawalLimitReached('open', 0);
  if (dailyAmount + amount > maxDailyAmount) throw new WithdrawalLimitReached('daily', maxDailyAmount - dailyAmount);
}
