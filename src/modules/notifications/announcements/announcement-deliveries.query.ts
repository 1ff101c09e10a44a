import { Injectable } from '@nestjs/common';
import { int, text, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { groupBy } from '../../../platform/group-by';
import { deliveryStatuses, type DeliveryStatus } from '../notification.lists';
import type { AnnouncementRow } from './announcement-list.query';
import type { AnnouncementProgress } from './announcements.dto';

/** Counts how far an announcement is sent outside the application. */
@Injectable()
export class AnnouncementDeliveries {
  constructor(private readonly database: Database) {}

  /** The condition on `created_at` lets the statement use an index. */
  async of({ recipients, createdAt, dedupeKey }: AnnouncementRow): Promise<AnnouncementProgress> {
    const counts = await this.database.rows(
      { channel: text, status: textOf<DeliveryStatus>(), count: int },
      `SELECT d.channel, d.status, count(*) AS count FROM notifications_notification n
       JOIN notifications_delivery d ON d.notification_id = n.id
       WHERE n.created_at = $1 AND n.dedupe_key = $2 GROUP BY d.channel, d.status ORDER BY d.channel`,
      [createdAt, dedupeKey],
    );
    const channels = [...groupBy(counts, ({ channel }) => channel)].map(([channel, ofChannel]) => {
      const byStatus = deliveryStatuses.map((status) => [
        status,
        ofChannel.find((row) => row.status === status)?.count ?? 0,
      ]);
      return { channel, ...(Object.fromEntries(byStatus) as Record<DeliveryStatus, number>) };
    });
    return { recipients, channels };
  }
}
