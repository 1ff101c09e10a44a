import type { Config } from '../../../platform/config/config';
import { int, nullable, type Row } from '../../../platform/database/columns';
import { TransferLimitReached, YoungAccountLimit } from '../rewards.errors';
import { rewardSettings } from '../rewards.settings';
import { typeIn } from './transaction-types';
import { nextUtcDay } from '../../../platform/time/utc-day';

const dayMs = 24 * 3_600_000;
const never = new Date('9999-01-01T00:00:00.000Z');

/** What a young account has sent and withdrawn today, less what came back of it; null for the others, which are not asked. */
export const youngShape = { youngSent: nullable(int) };

/**
 * A column over `alias`, the person. Their row is locked before: two of one account at once do not both find room. Only young
 * accounts cost the sum, and they have few rows.
 * @param since the parameter of `youngSince`, @param today that of `startOfUtcDay`
 */
export const youngSent = (alias: string, since: string, today: string): string =>
  `CASE WHEN ${alias}.date_joined > ${since} THEN (
     SELECT COALESCE(sum(CASE WHEN y.transaction_type = 'withdrawal_refund' THEN -y.amount ELSE y.amount END), 0)
     FROM rewards_teocointransaction y WHERE y.user_id = ${alias}.id AND y.created_at >= ${today}
       AND ${typeIn(['transfer_sent', 'withdrawal', 'withdrawal_refund'], 'y.transaction_type')}) END AS "youngSent"`;

/** Who joined after this is young. People who came from another system joined there. */
export function youngSince(config: Config, now: Date): Date {
  const days = config.of(rewardSettings).YOUNG_ACCOUNT_DAYS;
  return days === 0 ? never : new Date(now.getTime() - days * dayMs);
}

/** @throws YoungAccountLimit */
export function requireYoungWithin(
  config: Config,
  { youngSent: sent }: Row<typeof youngShape>,
  amount: number,
  now: Date,
): void {
  const most = config.of(rewardSettings).YOUNG_ACCOUNT_DAILY_COINS;
  if (sent !== null && sent + amount > most) throw new YoungAccountLimit(most - sent, nextUtcDay(now));
}

/** @throws TransferLimitReached */
export function requirePairWithin(config: Config, today: number, now: Date): void {
  const limit = config.of(rewardSettings).TRANSFERS_PER_PAIR_A_DAY;
  if (today >= limit) throw new TransferLimitReached(limit, nextUtcDay(now));
}
