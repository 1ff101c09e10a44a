import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { Database } from '../../platform/database/database';
import { Signals } from '../../platform/signals/signals';
import { Clock } from '../../platform/time/clock';
import { notificationsTopic } from './live/live-notifications';
import { NotificationTypes } from './notification-types';
import type { Announcement, Audience } from './notifications.dto';
import { requireAnnouncer } from './notifications.policy';

/** `teachers` means approved teachers. Others are left out, because anybody can sign up as a teacher. */
const audienceConditionsSql: Record<Audience, string> = {
  all: 'is_active',
  students: "is_active AND role = 'student'",
  teachers: "is_active AND role = 'teacher' AND is_approved",
};

/** Sends a notification from the school to many people, in two statements for any number of people. */
@Injectable()
export class Announcements {
  constructor(
    private readonly database: Database,
    private readonly notificationTypes: NotificationTypes,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /**
   * Notifies everybody in the audience who has an account now. Returns the number of recipients.
   * @throws Forbidden
   */
  async send(actor: Actor, announcement: Announcement): Promise<number> {
    requireAnnouncer(actor);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const dedupeKey = `system_announcement:${randomUUID()}:1`;
      const recipientCount = await this.insert(announcement, dedupeKey, now);
      await this.incrementUnread(dedupeKey, now);
      this.signals.send(notificationsTopic, null);
      return recipientCount;
    });
  }

  private insert({ title, message, audience }: Announcement, dedupeKey: string, now: Date): Promise<number> {
    const { type, priority } = this.notificationTypes.get('system_announcement');
    return this.database.run(
      `INSERT INTO notifications_notification
         (user_id, notification_type, priority, title, message, dedupe_key, created_at)
       SELECT id, $1, $2, $3, $4, $5, $6 FROM users_user WHERE ${audienceConditionsSql[audience]} ORDER BY id`,
      [type, priority, title, message, dedupeKey, now],
    );
  }

  /**
   * Adds 1 to the unread count of each recipient. The recipients are read from the inserted rows, because the audience may have
   * grown since. The condition on `created_at` lets the statement use an index.
   */
  private async incrementUnread(dedupeKey: string, now: Date): Promise<void> {
    await this.database.run(
      `INSERT INTO notifications_unreadcount AS c (user_id, unread)
       SELECT user_id, 1 FROM notifications_notification WHERE created_at = $1 AND dedupe_key = $2 ORDER BY user_id
       ON CONFLICT (user_id) DO UPDATE SET unread = c.unread + 1`,
      [now, dedupeKey],
    );
  }
}
