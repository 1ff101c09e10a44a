import { Injectable } from '@nestjs/common';
import { bool, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Clock } from '../../../platform/time/clock';
import { UnreadCounts } from './unread-counts';

const keptMs = 30 * 86_400_000;
const batch = 1_000;

/** Batches, so that nobody waits long for the lock of a counter, or for SQLite's one writer. */
@Injectable()
@Job({ name: 'notifications:expire', cron: '20 3 * * *', summary: 'Deletes notifications older than 30 days' })
export class ExpireNotifications implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly unread: UnreadCounts,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    const before = new Date(this.clock.now().getTime() - keptMs);
    let deleted = 0;
    for (let last = batch; last === batch; deleted += last) last = await this.expire(before);
    return { deleted };
  }

  /** One transaction; what somebody is reading at this moment is passed over and goes with the next run. */
  private expire(before: Date): Promise<number> {
    return this.database.transaction(async () => {
      const expired = await this.database.rows(
        { userId: int, isRead: bool },
        `WITH old AS MATERIALIZED (SELECT id FROM notifications_notification WHERE created_at < $1
           ORDER BY created_at LIMIT ${batch}${this.database.dialect.skipLocked})
         DELETE FROM notifications_notification WHERE id IN (SELECT id FROM old)
         RETURNING user_id AS "userId", is_read AS "isRead"`,
        [before],
      );
      const unread = expired.filter((row) => !row.isRead).map((row) => row.userId);
      await this.unread.moveEach(unread, -1);
      return expired.length;
    });
  }
}
