import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Broadcasts } from '../broadcasts';
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
    private readonly broadcasts: Broadcasts,
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
      const { title, message, audience } = announcement;
      const dedupeKey = `system_announcement:${randomUUID()}:1`;
      const recipients = await this.broadcasts.send(
        { type: 'system_announcement', title, message, dedupeKey, createdAt: now },
        `SELECT id FROM users_user WHERE ${audienceConditionsSql[audience]}`,
        [],
      );
      return this.insert(actor.id, announcement, { recipients, dedupeKey, now });
    });
  }

  /** How many people an announcement would notify now. @throws Forbidden */
  async countAudience(actor: Actor, audience: Audience): Promise<number> {
    requireAnnouncer(actor);
    const sql = `SELECT count(*) AS total FROM users_user WHERE ${audienceConditionsSql[audience]}`;
    return (await this.database.row({ total: int }, sql))!.total;
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
