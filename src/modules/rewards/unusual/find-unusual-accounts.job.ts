import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { Database } from '../../../platform/database/database';
import type { Dialect } from '../../../platform/database/dialect';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Clock } from '../../../platform/time/clock';
import { rewardTypes, typeIn } from '../ledger/transaction-types';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const keep = `INSERT INTO rewards_unusualaccount (user_id, kind, figure, first_seen_at, seen_at)`;
const onceEach = `ON CONFLICT (user_id, kind) DO UPDATE SET seen_at = excluded.seen_at,
  figure = CASE WHEN excluded.figure > rewards_unusualaccount.figure THEN excluded.figure ELSE rewards_unusualaccount.figure END`;

/** Coins of what somebody did, in the last hour; every run looks back over more than the time since the one before. */
const fastEarnersSql = `${keep}
  SELECT t.user_id, 'fast_earner', sum(t.amount), $2, $2 FROM rewards_teocointransaction t
  WHERE t.created_at > $1 AND ${typeIn(rewardTypes, 't.transaction_type')}
  GROUP BY t.user_id HAVING sum(t.amount) > $3 ${onceEach}`;

/** Who was young when they gave counts, however old they are now. Few joined late enough for that: $4 leaves out the others at once. */
const gatheringPursesSql = (dialect: Dialect): string => `${keep}
  SELECT v.recipient_id, 'gathering_purse', count(*), $2, $2 FROM (
    SELECT DISTINCT t.recipient_id, t.user_id FROM rewards_teocointransaction t
    JOIN users_user s ON s.id = t.user_id AND s.date_joined > $4
    WHERE t.created_at > $1 AND t.created_at < ${dialect.plusMsSql('s.date_joined', '$5')}
      AND t.transaction_type = 'transfer_sent') AS v
  GROUP BY v.recipient_id HAVING count(*) >= $3 ${onceEach}`;

/** Farms of accounts show in two places: they earn faster than people can, and their coins meet in one purse. */
@Injectable()
@Job({
  name: 'rewards:find-unusual-accounts',
  cron: '*/15 * * * *',
  summary: 'Finds accounts that earn faster than people can, and purses where coins of young accounts gather',
})
export class FindUnusualAccounts implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Null where nothing was found and nothing forgotten. */
  async run(): Promise<JobReport | null> {
    const {
      UNUSUAL_COINS_AN_HOUR: coins,
      UNUSUAL_YOUNG_SENDERS: senders,
      YOUNG_ACCOUNT_DAYS: days,
    } = this.config.settings;
    const now = this.clock.now();
    const ago = (ms: number): Date => new Date(now.getTime() - ms);
    const report = await this.database.transaction(async () => ({
      fastEarners: await this.database.run(fastEarnersSql, [ago(hourMs), now, coins]),
      gatheringPurses: await this.database.run(gatheringPursesSql(this.database.dialect), [
        ...[ago(7 * dayMs), now, senders],
        ...[ago((7 + days) * dayMs), days * dayMs],
      ]),
      expired: await this.database.run('DELETE FROM rewards_unusualaccount WHERE seen_at < $1', [ago(30 * dayMs)]),
    }));
    return Object.values(report).some((count) => count > 0) ? report : null;
  }
}
