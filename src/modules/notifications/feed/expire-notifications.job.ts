import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Clock } from '../../../platform/time/clock';
import { Notification } from './notification.entity';
import { UnreadCounts } from './unread-counts';

const retentionMs = 30 * 86_400_000;
const batchSize = 1_000;
const expiredColumns = columnsOf(Notification, ['userId', 'isRead']);

/** Deletes in batches, so that other transactions do not wait long for a counter's lock or for SQLite's single writer. */
@Injectable()
@Job({ name: 'notifications:expire', cron: '20 3 * * *', summary: 'Deletes notifications older than 30 days' })
export class ExpireNotifications implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly unreadCounts: UnreadCounts,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    const cutoff = new Date(this.clock.now().getTime() - retentionMs);
    let deletedCount = 0;
    let batchCount: number;
    do {
      batchCount = await this.expireBatch(cutoff);
      deletedCount += batchCount;
    } while (batchCount === batchSize);
    return { deleted: deletedCount };
  }

  /** Deletes one batch in a transaction. The next run deletes the rows that another transaction has locked now. */
  private expireBatch(cutoff: Date): Promise<number> {
    return this.database.transaction(async () => {
      const expired = await this.database.rows(
        expiredColumns.shape,
        `WITH old AS MATERIALIZED (SELECT id FROM notifications_notification WHERE created_at < $1
           ORDER BY created_at LIMIT ${batchSize}${this.database.dialect.skipLocked})
         DELETE FROM notifications_notification WHERE id IN (SELECT id FROM old)
         RETURNING ${expiredColumns.columns()}`,
        [cutoff],
      );
      const unreadUserIds = expired.filter((row) => !row.isRead).map((row) => row.userId);
      await this.unreadCounts.addForEach(unreadUserIds, -1);
      return expired.length;
    });
  }
}
