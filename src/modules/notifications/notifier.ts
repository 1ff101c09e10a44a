import { Injectable } from '@nestjs/common';
import { int, text, type Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { chunksOf, placeholders, tuplesSql } from '../../platform/database/insert-rows';
import { EventBus } from '../../platform/events/event-bus';
import { Signals } from '../../platform/signals/signals';
import type { Reader } from '../../platform/texts/texts';
import { Clock } from '../../platform/time/clock';
import { notificationsTopic } from './live/live-notifications';
import type { PersonChannel } from './notification.lists';
import { NotificationsCreated } from './notifications.events';
import { readerOf } from './preferences/reader';
import { NotificationTypes, type LocalMessage } from './types/notification-types';
import { UnreadCounts } from './feed/unread-counts';

/** A notification to send to one person. */
export interface NewNotification {
  userId: number;
  /** A registered type, which also gives the priority. */
  type: string;
  /** The default is the label of the type, in the person's language. Longer titles are cut to 200 characters. */
  title?: string;
  /** What a person wrote, as it is, or a text of the type, which is written in the person's language and time zone. */
  message: string | LocalMessage;
  /** The type of the related object as a Django content type, such as `courses.lesson`. */
  relatedObjectType?: string;
  relatedObjectId?: number;
  /** A path of the front end where the person can act on the notification. */
  actionUrl?: string;
  /** `type:object:version`, at most 200 characters. A repeated event has the same key, so that the person is notified once (rule 16). */
  dedupeKey: string;
}

/** Columns and their SQL types, which PostgreSQL cannot infer for a VALUES list in a join. */
const columnTypesByName = {
  user_id: 'bigint',
  dedupe_key: 'varchar',
  notification_type: 'varchar',
  priority: 'varchar',
  title: 'varchar',
  message: 'varchar',
  action_url: 'varchar',
  related_object_type: 'varchar',
  related_object_id: 'bigint',
};
const columnNames = Object.keys(columnTypesByName);
const columnTypes = Object.values(columnTypesByName);
const columnValues = columnNames.map((_, index) => `v.column${index + 1}`);
const maxRowsPerStatement = 2_000;

/** Notifies people, inside the transaction of the caller. */
@Injectable()
export class Notifier {
  constructor(
    private readonly database: Database,
    private readonly notificationTypes: NotificationTypes,
    private readonly unreadCounts: UnreadCounts,
    private readonly signals: Signals,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Inserts all notifications with one statement and updates the counters with another (for up to 2,000 rows). What is sent outside the
   * application follows after the commit.
   * @param sentElsewhere channels by which the same news is sent already, so that nobody gets it twice
   * @returns the number of inserted notifications; duplicates and those of removed people are skipped
   */
  async notify(
    notifications: readonly NewNotification[],
    sentElsewhere: readonly PersonChannel[] = [],
  ): Promise<number> {
    let insertedCount = 0;
    for (const chunk of chunksOf(notifications, maxRowsPerStatement)) {
      const inserted = await this.notifyChunk(chunk);
      if (inserted.length > 0) await this.events.publish(new NotificationsCreated({ ids: inserted, sentElsewhere }));
      insertedCount += inserted.length;
    }
    return insertedCount;
  }

  /** Returns the ids of the inserted notifications. */
  private async notifyChunk(notifications: readonly NewNotification[]): Promise<number[]> {
    const readers = await this.findReaders(notifications.map(({ userId }) => userId));
    // The rows are sorted, so that concurrent inserts of the same batch wait for each other in the unique index and cannot deadlock.
    const rows = notifications
      .map((notification) => this.toRow(notification, readers.get(notification.userId) ?? unknownReader))
      .sort(comparePersonAndKey);
    const inserted = await this.insert(rows);
    if (inserted.length === 0) return [];
    const notifiedIds = inserted.map(({ userId }) => userId);
    await this.unreadCounts.addForEach(notifiedIds, 1);
    this.signals.send(notificationsTopic, notifiedIds);
    return inserted.map(({ id }) => id);
  }

  private async findReaders(userIds: readonly number[]): Promise<Map<number, Reader>> {
    const ids = [...new Set(userIds)];
    const rows = await this.database.rows(
      readerShape,
      `SELECT user_id AS "userId", language, timezone FROM users_usersettings WHERE user_id IN (${placeholders(ids.length)})`,
      ids,
    );
    return new Map(rows.map(({ userId, language, timezone }) => [userId, readerOf(language, timezone)]));
  }

  private toRow(notification: NewNotification, reader: Reader): NotificationValues {
    const { type, priority } = this.notificationTypes.get(notification.type);
    const { title = this.notificationTypes.labelOf(type, reader.language), message } = notification;
    return [
      notification.userId,
      notification.dedupeKey,
      type,
      priority,
      truncate(title, 200),
      typeof message === 'string' ? message : this.notificationTypes.write(type, message, reader),
      notification.actionUrl ?? '',
      notification.relatedObjectType,
      notification.relatedObjectId,
    ];
  }

  /** Joins `users_user`, so that the insert does not fail for all people if one of them was removed since the event. */
  private insert(rows: readonly NotificationValues[]): Promise<{ id: number; userId: number }[]> {
    const valuesSql = tuplesSql(rows.length, columnTypes.length, columnTypes, 2);
    return this.database.rows(
      { id: int, userId: int },
      `INSERT INTO notifications_notification (created_at, ${columnNames.join(', ')})
       SELECT $1, ${columnValues.join(', ')} FROM (VALUES ${valuesSql}) AS v, users_user u
       WHERE u.id = v.column1 ORDER BY v.column1, v.column2
       ON CONFLICT (user_id, dedupe_key) DO NOTHING RETURNING id, user_id AS "userId"`,
      [this.clock.now(), ...rows.flat()],
    );
  }
}

const readerShape = { userId: int, language: text, timezone: text };
const unknownReader: Reader = { language: 'en', timezone: 'UTC' };

/** The values of one notification in the order of `columnNames`. */
type NotificationValues = [userId: number, dedupeKey: string, ...otherValues: Value[]];

function comparePersonAndKey([leftId, leftKey]: NotificationValues, [rightId, rightKey]: NotificationValues): number {
  if (leftId !== rightId) return leftId - rightId;
  return leftKey < rightKey ? -1 : 1;
}

function truncate(text: string, maxLength: number): string {
  const characters = Array.from(text);
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
