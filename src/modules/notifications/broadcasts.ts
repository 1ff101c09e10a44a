import { Injectable } from '@nestjs/common';
import type { Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { int } from '../../platform/database/columns';
import { EventBus } from '../../platform/events/event-bus';
import { Signals } from '../../platform/signals/signals';
import { UnreadCounts } from './feed/unread-counts';
import { notificationsTopic } from './live/live-notifications';
import { BroadcastCreated } from './notifications.events';
import { NotificationTypes } from './types/notification-types';
import type { NewNotification } from './notifier';

/** One notification for many people. All its rows have the same `createdAt`. */
type Broadcast = Omit<NewNotification, 'userId' | 'message'> & {
  title: string;
  message: string;
  createdAt: Date;
};

const withdrawnAtOnce = 1_000;

/** Sends the same notification to many people, in two statements for any number of people. */
@Injectable()
export class Broadcasts {
  constructor(
    private readonly database: Database,
    private readonly notificationTypes: NotificationTypes,
    private readonly signals: Signals,
    private readonly events: EventBus,
    private readonly unreadCounts: UnreadCounts,
  ) {}

  /**
   * Must run in the caller's transaction. Nobody may have a notification with this `dedupeKey` yet.
   * @param recipientsSql a SELECT of the ids of people, with `values` as $1, $2, …
   * @returns the number of recipients
   */
  async send(broadcast: Broadcast, recipientsSql: string, values: readonly Value[]): Promise<number> {
    const recipientCount = await this.insert(broadcast, recipientsSql, values);
    if (recipientCount === 0) return 0;
    await this.incrementUnread(broadcast);
    this.signals.send(notificationsTopic, null);
    const { dedupeKey, createdAt } = broadcast;
    await this.events.publish(new BroadcastCreated({ dedupeKey, createdAt: createdAt.toISOString(), afterUserId: 0 }));
    return recipientCount;
  }

  /**
   * Removes the unread notifications in batches, each in its own transaction, so that others do not wait long. If the process ends
   * between two batches, a repeated call removes the rest. What people have read stays in their list.
   * @returns the number of removed notifications
   */
  async withdraw(broadcast: Pick<Broadcast, 'createdAt' | 'dedupeKey'>): Promise<number> {
    let removedCount = 0;
    let batchCount: number;
    do {
      batchCount = await this.removeBatch(broadcast);
      removedCount += batchCount;
    } while (batchCount > 0);
    return removedCount;
  }

  /** The condition on `created_at` lets the statement use an index. The rows are locked in ascending order as everywhere in this module. */
  private removeBatch({ createdAt, dedupeKey }: Pick<Broadcast, 'createdAt' | 'dedupeKey'>): Promise<number> {
    return this.database.transaction(async () => {
      const removed = await this.database.rows(
        { userId: int },
        `DELETE FROM notifications_notification WHERE NOT is_read AND id IN (
           SELECT id FROM notifications_notification WHERE created_at = $1 AND dedupe_key = $2 AND NOT is_read
           ORDER BY id LIMIT ${withdrawnAtOnce}${this.database.dialect.forUpdate()})
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

  private insert(broadcast: Broadcast, recipientsSql: string, values: readonly Value[]): Promise<number> {
    const { type, priority } = this.notificationTypes.get(broadcast.type);
    const columns: Record<string, Value> = {
      notification_type: type,
      priority,
      title: broadcast.title,
      message: broadcast.message,
      action_url: broadcast.actionUrl ?? '',
      related_object_type: broadcast.relatedObjectType,
      related_object_id: broadcast.relatedObjectId,
      dedupe_key: broadcast.dedupeKey,
      created_at: broadcast.createdAt,
    };
    const names = Object.keys(columns);
    const parameters = names.map((_, index) => `$${values.length + index + 1}`);
    return this.database.run(
      `INSERT INTO notifications_notification (user_id, ${names.join(', ')})
       SELECT p.id, ${parameters.join(', ')} FROM users_user p WHERE p.id IN (${recipientsSql}) ORDER BY p.id`,
      [...values, ...Object.values(columns)],
    );
  }

  /** The recipients are read from the inserted rows. The condition on `created_at` lets the statement use an index. */
  private async incrementUnread({ dedupeKey, createdAt }: Broadcast): Promise<void> {
    await this.database.run(
      `INSERT INTO notifications_unreadcount AS c (user_id, unread)
       SELECT user_id, 1 FROM notifications_notification WHERE created_at = $1 AND dedupe_key = $2 ORDER BY user_id
       ON CONFLICT (user_id) DO UPDATE SET unread = c.unread + 1`,
      [createdAt, dedupeKey],
    );
  }
}
