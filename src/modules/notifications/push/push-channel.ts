import { Injectable, type OnModuleInit } from '@nestjs/common';
import { groupBy } from '../../../platform/group-by';
import { NotificationDeliveries } from '../deliveries/deliveries';
import { requestsAtOnce } from '../deliveries/delivery-results';
import {
  NotificationChannels,
  type DeliveryTarget,
  type RoutedNotification,
} from '../deliveries/notification-channels';
import { wants, type PersonPreferences } from '../preferences/person-preferences';
import { NotificationPreferences } from '../preferences/preferences';
import { NotificationTypes } from '../types/notification-types';
import { pushedNotification, type PushedNotification } from './push-message';
import { PushSender } from './push-sender';
import { PushSubscriptions } from './push-subscriptions';

/** Sends notifications to the browsers of their person. */
@Injectable()
export class PushChannel implements OnModuleInit {
  readonly key = 'push' as const;
  readonly audience = 'person' as const;

  constructor(
    private readonly channels: NotificationChannels,
    private readonly types: NotificationTypes,
    private readonly deliveries: NotificationDeliveries,
    private readonly subscriptions: PushSubscriptions,
    private readonly sender: PushSender,
    private readonly preferences: NotificationPreferences,
  ) {}

  onModuleInit(): void {
    if (this.sender.isConfigured) this.channels.register(this);
  }

  async targetsOf(notifications: readonly RoutedNotification[]): Promise<DeliveryTarget[]> {
    const targets = await this.subscriptions.findOf([...new Set(notifications.map(({ userId }) => userId))]);
    const byPerson = groupBy(targets, ({ userId }) => userId);
    return notifications.flatMap(({ id, userId }) =>
      (byPerson.get(userId) ?? []).map((target) => ({ notificationId: id, targetId: String(target.id) })),
    );
  }

  /** Sends up to a batch of due deliveries at the same time. Returns false if nothing was due. */
  async deliver(isUrgentOnly: boolean): Promise<boolean> {
    const claimed = await this.deliveries.claim(this.key, { limit: requestsAtOnce, isUrgentOnly });
    if (claimed.length === 0) return false;
    const usable = await this.subscriptions.findUsable(claimed.map(({ targetId }) => Number(targetId)));
    const targets = new Map(usable.map((target) => [String(target.id), target]));
    const notifications = await this.deliveries.notificationsOf(pushedNotification, claimed);
    const people = await this.preferences.of(claimed.map(({ userId }) => userId));
    await Promise.all(
      claimed.map(async (delivery) => {
        const notification = notifications.get(delivery.notificationId);
        const found = targets.get(delivery.targetId);
        const target = found?.userId === delivery.userId ? found : undefined;
        if (!notification) return;
        const isWanted = this.isWanted(notification, people.get(delivery.userId));
        await this.sender.send({ delivery, notification, target, isWanted });
      }),
    );
    return true;
  }

  /** The person may have turned push messages off while it waited. */
  private isWanted({ notificationType: type, priority }: PushedNotification, person?: PersonPreferences): boolean {
    return person !== undefined && wants(person, this.types.find(type) ?? { type }, priority, 'push');
  }
}
