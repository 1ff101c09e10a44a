import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/time/clock';
import { deliveryOrder, type PersonChannel } from '../notification.lists';
import { whenToSend } from '../preferences/person-preferences';
import { NotificationPreferences } from '../preferences/preferences';
import { NotificationTypes } from '../types/notification-types';
import { NotificationDeliveries, type NewDelivery } from './deliveries';
import { NotificationChannels, type NotificationChannel, type RoutedNotification } from './notification-channels';

type Scheduled = RoutedNotification & { dueAt: Date };
type PeopleById = Awaited<ReturnType<NotificationPreferences['of']>>;

/** Decides where notifications are sent, and when, with a number of statements that does not depend on their number. */
@Injectable()
export class DeliveryRouter {
  constructor(
    private readonly channels: NotificationChannels,
    private readonly deliveries: NotificationDeliveries,
    private readonly preferences: NotificationPreferences,
    private readonly types: NotificationTypes,
    private readonly clock: Clock,
  ) {}

  /** @param sentElsewhere channels by which the same news is sent already */
  async route(
    notifications: readonly RoutedNotification[],
    sentElsewhere: readonly PersonChannel[] = [],
  ): Promise<void> {
    const people = await this.preferences.of(notifications.map(({ userId }) => userId));
    for (const channel of this.channels.all) {
      if (sentElsewhere.some((key) => key === channel.key)) continue;
      const scheduled = this.schedule(channel, notifications, people);
      if (scheduled.length > 0) await this.deliveries.add(await this.toDeliveries(channel, scheduled));
    }
  }

  /** Leaves out what nobody wants in the channel. */
  private schedule(
    channel: NotificationChannel,
    notifications: readonly RoutedNotification[],
    people: PeopleById,
  ): Scheduled[] {
    const now = this.clock.now();
    if (channel.audience === 'school') return notifications.map((notification) => ({ ...notification, dueAt: now }));
    return notifications.flatMap((notification) => {
      const { userId, type, priority } = notification;
      const person = people.get(userId);
      const dueAt = person && whenToSend(person, this.types.find(type) ?? { type }, priority, channel.key, now);
      return dueAt ? [{ ...notification, dueAt }] : [];
    });
  }

  private async toDeliveries(channel: NotificationChannel, scheduled: readonly Scheduled[]): Promise<NewDelivery[]> {
    const byId = new Map(scheduled.map((notification) => [notification.id, notification]));
    const targets = await channel.targetsOf(scheduled);
    return targets.map(({ notificationId, targetId }) => {
      const { userId, priority, dueAt } = byId.get(notificationId)!;
      const position = deliveryOrder.indexOf(priority);
      return { notificationId, userId, channel: channel.key, targetId, priority: position, dueAt };
    });
  }
}
