import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../../platform/audit/audit-log';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Broadcasts } from '../broadcasts';
import { AnnouncementNotFound } from '../notifications.errors';
import { announcementColumns, type AnnouncementRow } from './announcement-list.query';

/** Withdraws an announcement from the people who have not read it. */
@Injectable()
export class AnnouncementWithdrawal {
  constructor(
    private readonly database: Database,
    private readonly broadcasts: Broadcasts,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  /** A repeated request removes what an interrupted one left. @throws AnnouncementNotFound */
  async withdraw(id: number): Promise<{ announcement: AnnouncementRow; removedCount: number }> {
    const announcement = await this.markWithdrawn(id);
    return { announcement, removedCount: await this.broadcasts.withdraw(announcement) };
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
}
