import { WithdrawalLimitReached } from './withdrawals.errors';

/** Limits of the original platform, in whole TeoCoins for each person. */
export const minAmount = 10;
export const maxAmount = 10_000;
export const maxDailyAmount = 50_000;
export const mostOpen = 3;

export const dayMs = 24 * 3_600_000;

/** What a person has under way, and what they have asked for within the last 24 hours and not got back. */
export interface Usage {
  open: number;
  today: number;
}

/** @throws WithdrawalLimitReached */
export function requireWithinLimits({ open, today }: Usage, amount: number): void {
  if (open >= mostOpen) throw new WithdrawalLimitReached('open', 0);
  if (today + amount > maxDailyAmount) throw new WithdrawalLimitReached('daily', maxDailyAmount - today);
}
