import type { Config } from '../../../platform/config/config';
import { int, nullable, type Row } from '../../../platform/database/columns';
import { coinsHeldUntil, type recoveryShape } from '../../users';
import { CoinsHeld, TransferLimitReached, YoungAccountLimit } from '../rewards.errors';
import { rewardSettings } from '../rewards.settings';
import { typeInSql } from './transaction-types';
import { nextUtcDay } from '../../../platform/time/utc-day';

const dayMs = 24 * 3_600_000;
/** Every account joined before this time, so with this limit no account is young. */
const farFuture = new Date('9999-01-01T00:00:00.000Z');

/** The coins that a young account has sent and withdrawn today, minus refunds of withdrawals. Null if the account is not young. */
export const youngAccountShape = { youngAccountSent: nullable(int) };

/**
 * The column `youngAccountSent` of a SELECT. The caller locks the person's row first, so that two concurrent requests of one
 * account cannot both use the same remainder. The sum is computed for young accounts only, and they have few rows.
 * @param alias alias of the person's row in `users_user`
 * @param youngSinceSql placeholder of the value of `youngAccountSince`
 * @param startOfDaySql placeholder of the value of `startOfUtcDay`
 */
export const sentByYoungAccountSql = (alias: string, youngSinceSql: string, startOfDaySql: string): string =>
  `CASE WHEN ${alias}.date_joined > ${youngSinceSql} THEN (
     SELECT COALESCE(sum(CASE WHEN y.transaction_type = 'withdrawal_refund' THEN -y.amount ELSE y.amount END), 0)
     FROM rewards_teocointransaction y WHERE y.user_id = ${alias}.id AND y.created_at >= ${startOfDaySql}
       AND ${typeInSql(['transfer_sent', 'withdrawal', 'withdrawal_refund'], 'y.transaction_type')}) END AS "youngAccountSent"`;

/** An account that joined after this time is young. For imported people this is the time when they joined the other system. */
export function youngAccountSince(config: Config, now: Date): Date {
  const youngDays = config.of(rewardSettings).YOUNG_ACCOUNT_DAYS;
  return youngDays === 0 ? farFuture : new Date(now.getTime() - youngDays * dayMs);
}

/** @throws YoungAccountLimit */
export function requireWithinYoungAccountLimit(
  config: Config,
  { youngAccountSent: sentCoins }: Row<typeof youngAccountShape>,
  amount: number,
  now: Date,
): void {
  const maxCoins = config.of(rewardSettings).YOUNG_ACCOUNT_DAILY_COINS;
  if (sentCoins !== null && sentCoins + amount > maxCoins)
    throw new YoungAccountLimit(maxCoins - sentCoins, nextUtcDay(now));
}

/** @throws CoinsHeld during the day after the person's password was reset with a one-time link */
export function requireCoinsNotHeld(person: Row<typeof recoveryShape>, now: Date): void {
  const until = coinsHeldUntil(person, now);
  if (until) throw new CoinsHeld(until);
}

/** @throws TransferLimitReached */
export function requireWithinPairLimit(config: Config, transferCount: number, now: Date): void {
  const maxTransfers = config.of(rewardSettings).TRANSFERS_PER_PAIR_A_DAY;
  if (transferCount >= maxTransfers) throw new TransferLimitReached(maxTransfers, nextUtcDay(now));
}
