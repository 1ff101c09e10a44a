import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NotificationDeliveries } from '../deliveries/deliveries';
import { requestsAtOnce } from '../deliveries/delivery-results';
import {
  NotificationChannels,
  type DeliveryTarget,
  type RoutedNotification,
} from '../deliveries/notification-channels';
import { sentNotification } from './webhook-message';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-targets';

/** Sends each notification to the other systems of the school that want its type. */
@Injectable()
export class WebhookChannel implements OnModuleInit {
  readonly key = 'webhook';
  readonly audience = 'school' as const;

  constructor(
    private readonly channels: NotificationChannels,
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
    const claimed = await this.deliveries.claim(this.key, { limit: requestsAtOnce, isUrgentOnly });
    if (claimed.length === 0) return false;
    const endpoints = new Map((await this.targets.findActive()).map((endpoint) => [String(endpoint.id), endpoint]));
    const notifications = await this.deliveries.notificationsOf(sentNotification, claimed);
    await Promise.all(
      claimed.map(async (delivery) => {
        const notification = notifications.get(delivery.notificationId);
        const endpoint = endpoints.get(delivery.targetId);
        if (notification) await this.sender.send({ delivery, notification, endpoint });
      }),
    );
    return true;
  }
}
