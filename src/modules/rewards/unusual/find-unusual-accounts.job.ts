import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { Database } from '../../../platform/database/database';
import type { Dialect } from '../../../platform/database/dialect';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Clock } from '../../../platform/time/clock';
import { rewardSettings } from '../rewards.settings';
import { rewardTypes, typeInSql } from '../ledger/transaction-types';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const insertSql = `INSERT INTO rewards_unusualaccount (user_id, kind, figure, first_seen_at, seen_at)`;
const onConflictSql = `ON CONFLICT (user_id, kind) DO UPDATE SET seen_at = excluded.seen_at,
  figure = CASE WHEN excluded.figure > rewards_unusualaccount.figure THEN excluded.figure ELSE rewards_unusualaccount.figure END`;

/**
 * Finds people who earned more than $3 coins since $1 by completed work. The job checks the last hour every 15 minutes, so that it
 * misses no time.
 */
const fastEarnersSql = `${insertSql}
  SELECT t.user_id, 'fast_earner', sum(t.amount), $2, $2 FROM rewards_teocointransaction t
  WHERE t.created_at > $1 AND ${typeInSql(rewardTypes, 't.transaction_type')}
  GROUP BY t.user_id HAVING sum(t.amount) > $3 ${onConflictSql}`;

/**
 * Finds people who received coins since $1 from at least $3 accounts that were young at the time of the transfer. An account is young
 * for $5 milliseconds. $4 is the earliest time at which such a sender joined, so that the statement reads only few accounts.
 */
const gatheringPursesSql = (dialect: Dialect): string => `${insertSql}
  SELECT v.recipient_id, 'gathering_purse', count(*), $2, $2 FROM (
    SELECT DISTINCT t.recipient_id, t.user_id FROM rewards_teocointransaction t
    JOIN users_user s ON s.id = t.user_id AND s.date_joined > $4
    WHERE t.created_at > $1 AND t.created_at < ${dialect.plusMsSql('s.date_joined', '$5')}
      AND t.transaction_type = 'transfer_sent') AS v
  GROUP BY v.recipient_id HAVING count(*) >= $3 ${onConflictSql}`;

/**
 * A person with many fake accounts is visible in two ways: these accounts earn faster than people can, or send their coins to one
 * account.
 */
@Injectable()
@Job({
  name: 'rewards:find-unusual-accounts',
  cron: '*/15 * * * *',
  summary: 'Finds accounts that earn faster than people can, and accounts that receive coins from many young accounts',
})
export class FindUnusualAccounts implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @returns null if no account was found and none has expired */
  async run(): Promise<JobReport | null> {
    const {
      UNUSUAL_COINS_AN_HOUR: maxCoins,
      UNUSUAL_YOUNG_SENDERS: minSenders,
      YOUNG_ACCOUNT_DAYS: youngDays,
    } = this.config.of(rewardSettings);
    const now = this.clock.now();
    const timeBefore = (milliseconds: number): Date => new Date(now.getTime() - milliseconds);
    const report = await this.database.transaction(async () => ({
      fastEarners: await this.database.run(fastEarnersSql, [timeBefore(hourMs), now, maxCoins]),
      gatheringPurses: await this.database.run(gatheringPursesSql(this.database.dialect), [
        timeBefore(7 * dayMs),
        now,
        minSenders,
        timeBefore((7 + youngDays) * dayMs),
        youngDays * dayMs,
      ]),
      expired: await this.database.run('DELETE FROM rewards_unusualaccount WHERE seen_at < $1', [
        timeBefore(30 * dayMs),
      ]),
    }));
    const hasChanges = Object.values(report).some((count) => count > 0);
    return hasChanges ? report : null;
  }
}
