import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { NotificationDeliveries } from '../deliveries/deliveries';
import {
  NotificationChannels,
  type DeliveryTarget,
  type RoutedNotification,
} from '../deliveries/notification-channels';
import { pushedNotification, type PushedNotification } from './push-message';
import { PushSender } from './push-sender';
import { PushSubscriptions } from './push-subscriptions';
import { VapidKeys } from './vapid-keys';

/** Requests that one lane of a process sends at the same time. */
const batchSize = 20;

/** Sends notifications to the browsers of their person. */
@Injectable()
export class PushChannel implements OnModuleInit {
  readonly key = 'push' as const;
  readonly audience = 'person' as const;

  constructor(
    private readonly channels: NotificationChannels,
    private readonly database: Database,
    private readonly deliveries: NotificationDeliveries,
    private readonly subscriptions: PushSubscriptions,
    private readonly sender: PushSender,
    private readonly vapidKeys: VapidKeys,
  ) {}

  onModuleInit(): void {
    if (this.vapidKeys.vapid) this.channels.register(this);
  }

  async targetsOf(notifications: readonly RoutedNotification[]): Promise<DeliveryTarget[]> {
    const targets = await this.subscriptions.findOf([...new Set(notifications.map(({ userId }) => userId))]);
    return notifications.flatMap(({ id, userId }) =>
      targets
        .filter((target) => target.userId === userId)
        .map((target) => ({ notificationId: id, targetId: String(target.id) })),
    );
  }

  /** Sends up to a batch of due deliveries at the same time. Returns false if nothing was due. */
  async deliver(isUrgentOnly: boolean): Promise<boolean> {
    if (!(await this.deliveries.isAnyDue(this.key, isUrgentOnly))) return false;
    const claimed = await this.deliveries.claim(this.key, { limit: batchSize, isUrgentOnly });
    if (claimed.length === 0) return false;
    const usable = await this.subscriptions.findUsable(claimed.map(({ targetId }) => Number(targetId)));
    const targets = new Map(usable.map((target) => [String(target.id), target]));
    const notifications = await this.findNotifications(claimed.map(({ notificationId }) => notificationId));
    await Promise.all(
      claimed.map(async (delivery) => {
        const notification = notifications.get(delivery.notificationId);
        const found = targets.get(delivery.targetId);
        const target = found?.userId === delivery.userId ? found : undefined;
        // A notification that was deleted since the claim has taken its deliveries with it.
        if (notification) await this.sender.send({ delivery, notification, target });
      }),
    );
    return true;
  }

  private async findNotifications(ids: readonly number[]): Promise<Map<number, PushedNotification>> {
    const rows = await this.database.rows(
      pushedNotification.shape,
      `SELECT ${pushedNotification.columns()} FROM notifications_notification WHERE id IN (${placeholders(ids.length)})`,
      ids,
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
