import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { NotificationDeliveries, type ClaimedDelivery } from '../deliveries/deliveries';
import {
  NotificationChannels,
  type DeliveryTarget,
  type RoutedNotification,
} from '../deliveries/notification-channels';
import { sentNotification, type SentNotification } from './webhook-message';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-targets';

export const webhookChannel = 'webhook';
/** Requests that one lane of a process sends at the same time. */
const batchSize = 20;

/** Sends each notification to the other systems of the school that want its type. */
@Injectable()
export class WebhookChannel implements OnModuleInit {
  readonly key = webhookChannel;
  readonly audience = 'school' as const;

  constructor(
    private readonly channels: NotificationChannels,
    private readonly database: Database,
    private readonly deliveries: NotificationDeliveries,
    private readonly targets: WebhookTargets,
    private readonly sender: WebhookSender,
  ) {}

  onModuleInit(): void {
    this.channels.register(this);
  }

  targetsOf(notifications: readonly RoutedNotification[]): Promise<DeliveryTarget[]> {
    return this.targets.of(notifications);
  }

  /** Sends up to a batch of due deliveries at the same time. Returns false if nothing was due. */
  async deliver(isUrgentOnly: boolean): Promise<boolean> {
    if (!(await this.deliveries.isAnyDue(webhookChannel, isUrgentOnly))) return false;
    const claimed = await this.deliveries.claim(webhookChannel, { limit: batchSize, isUrgentOnly });
    if (claimed.length === 0) return false;
    const endpoints = new Map((await this.targets.findActive()).map((endpoint) => [String(endpoint.id), endpoint]));
    const notifications = await this.findNotifications(claimed);
    await Promise.all(
      claimed.map(async (delivery) => {
        const notification = notifications.get(delivery.notificationId);
        const endpoint = endpoints.get(delivery.targetId);
        // A notification that was deleted since the claim has taken its deliveries with it.
        if (notification) await this.sender.send({ delivery, notification, endpoint });
      }),
    );
    return true;
  }

  private async findNotifications(claimed: readonly ClaimedDelivery[]): Promise<Map<number, SentNotification>> {
    const ids = [...new Set(claimed.map(({ notificationId }) => notificationId))];
    const rows = await this.database.rows(
      sentNotification.shape,
      `SELECT ${sentNotification.columns()} FROM notifications_notification WHERE id IN (${placeholders(ids.length)})`,
      ids,
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
