import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../../platform/audit/audit-log';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { UnreadCounts } from '../feed/unread-counts';
import { AnnouncementNotFound } from '../notifications.errors';
import { announcementColumns, type AnnouncementRow } from './announcement-list.query';

const batchSize = 1_000;

/** Withdraws an announcement from the people who have not read it. */
@Injectable()
export class AnnouncementWithdrawal {
  constructor(
    private readonly database: Database,
    private readonly unreadCounts: UnreadCounts,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Removes the unread notifications in batches, so that other transactions do not wait long. If the process ends between two batches,
   * a repeated request removes the others. What people have read stays in their list.
   * @throws AnnouncementNotFound
   */
  async withdraw(id: number): Promise<{ announcement: AnnouncementRow; removedCount: number }> {
    const announcement = await this.markWithdrawn(id);
    let removedCount = 0;
    let batchCount: number;
    do {
      batchCount = await this.removeBatch(announcement);
      removedCount += batchCount;
    } while (batchCount > 0);
    return { announcement, removedCount };
  }

  private async markWithdrawn(id: number): Promise<AnnouncementRow> {
    return this.database.transaction(async () => {
      const announcement = await this.database.row(
        announcementColumns.shape,
        `UPDATE notifications_announcement SET withdrawn_at = COALESCE(withdrawn_at, $2) WHERE id = $1
         RETURNING ${announcementColumns.columns()}`,
        [id, this.clock.now()],
      );
      if (!announcement) throw new AnnouncementNotFound();
      this.auditLog.record({ action: 'notifications.announcement-withdrawn', object: ['announcements', id] });
      return announcement;
    });
  }

  /** The condition on `created_at` lets the statement use an index. The rows are locked in ascending order as everywhere in this module. */
  private removeBatch({ createdAt, dedupeKey }: AnnouncementRow): Promise<number> {
    return this.database.transaction(async () => {
      const removed = await this.database.rows(
        { userId: int },
        `DELETE FROM notifications_notification WHERE NOT is_read AND id IN (
           SELECT id FROM notifications_notification WHERE created_at = $1 AND dedupe_key = $2 AND NOT is_read
           ORDER BY id LIMIT ${batchSize}${this.database.dialect.forUpdate()})
         RETURNING user_id AS "userId"`,
        [createdAt, dedupeKey],
      );
      await this.unreadCounts.addForEach(
        removed.map(({ userId }) => userId),
        -1,
      );
      return removed.length;
    });
  }
}
