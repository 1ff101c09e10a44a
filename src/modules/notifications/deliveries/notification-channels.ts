import { Injectable } from '@nestjs/common';
import type { PersonChannel, Priority } from '../notification.lists';

/** A notification for which deliveries are created. */
export interface RoutedNotification {
  id: number;
  userId: number;
  type: string;
  priority: Priority;
}

/** Where a notification goes in a channel. */
export interface DeliveryTarget {
  notificationId: number;
  /** At most 100 characters. Empty if the person is the target. */
  targetId: string;
}

/**
 * Whom a channel serves. `person`: the preferences, the quiet hours and the switches of the person apply, and `targetsOf` gets only what
 * the person wants here. `school`: the targets are systems of the school, which get each notification at once. The key is stored in the
 * rows, so it never changes: at most 20 lower-case letters, digits or `_`.
 */
type Audience = { audience: 'person'; key: PersonChannel } | { audience: 'school'; key: string };

/** A way to send notifications outside the application. Modules register theirs at start. */
export type NotificationChannel = Readonly<Audience> & {
  /** The targets of these notifications, in a number of statements that does not depend on their number. It runs in a transaction. */
  targetsOf(notifications: readonly RoutedNotification[]): Promise<DeliveryTarget[]>;
  /**
   * Claims deliveries that are due, sends them and records the results. It runs in two lanes, of which one has only urgent ones.
   * @returns false if nothing was due
   */
  deliver(isUrgentOnly: boolean): Promise<boolean>;
};

const keyFormat = /^[a-z][a-z0-9_]{0,19}$/;

/** The registered channels. */
@Injectable()
export class NotificationChannels {
  private readonly channels = new Map<string, NotificationChannel>();

  /** @throws Error at start if the key has a wrong format or is already registered */
  register(channel: NotificationChannel): void {
    if (!keyFormat.test(channel.key))
      throw new Error(`The notification channel ${channel.key} must have 1 to 20 lower-case letters, digits or _`);
    if (this.channels.has(channel.key)) throw new Error(`Two modules register the notification channel ${channel.key}`);
    this.channels.set(channel.key, channel);
  }

  get all(): NotificationChannel[] {
    return [...this.channels.values()];
  }
}
