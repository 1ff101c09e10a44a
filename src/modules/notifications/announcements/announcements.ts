import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { Signals } from '../../../platform/signals/signals';
import { Clock } from '../../../platform/time/clock';
import { notificationsTopic } from '../live/live-notifications';
import { NotificationTypes } from '../notification-types';
import type { Audience } from '../notification.lists';
import { requireAnnouncer } from '../notifications.policy';
import { announcementColumns, type AnnouncementRow } from './announcement-list.query';
import type { NewAnnouncement } from './announcements.dto';

/** `teachers` means approved teachers. Others are left out, because anybody can sign up as a teacher. */
const audienceConditionsSql: Record<Audience, string> = {
  all: 'is_active',
  students: "is_active AND role = 'student'",
  teachers: "is_active AND role = 'teacher' AND is_approved",
};

/** Sends a notification from the school to many people, in three statements for any number of people. */
@Injectable()
export class Announcements {
  constructor(
    private readonly database: Database,
    private readonly notificationTypes: NotificationTypes,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /**
   * Notifies everybody in the audience who has an account now.
   * @throws Forbidden
   */
  async send(actor: Actor, announcement: NewAnnouncement): Promise<AnnouncementRow> {
    requireAnnouncer(actor);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const dedupeKey = `system_announcement:${randomUUID()}:1`;
      const recipients = await this.notifyAudience(announcement, dedupeKey, now);
      await this.incrementUnread(dedupeKey, now);
      const sent = await this.insert(actor.id, announcement, { recipients, dedupeKey, now });
      this.signals.send(notificationsTopic, null);
      return sent;
    });
  }

  private notifyAudience({ title, message, audience }: NewAnnouncement, dedupeKey: string, now: Date): Promise<number> {
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

  private async insert(
    actorId: number,
    { title, message, audience }: NewAnnouncement,
    { recipients, dedupeKey, now }: { recipients: number; dedupeKey: string; now: Date },
  ): Promise<AnnouncementRow> {
    const inserted = await this.database.row(
      announcementColumns.shape,
      `INSERT INTO notifications_announcement (title, message, audience, recipients, dedupe_key, created_by_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${announcementColumns.columns()}`,
      [title, message, audience, recipients, dedupeKey, actorId, now],
    );
    return inserted!;
  }
}
