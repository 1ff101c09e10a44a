import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { chunksOf, tuplesSql } from '../../platform/database/insert-rows';
import { Signals } from '../../platform/signals/signals';
import { Clock } from '../../platform/time/clock';
import { notificationsTopic } from './live/live-notifications';
import { NotificationTypes } from './notification-types';
import { UnreadCounts } from './feed/unread-counts';

/** A notification to send to one person. */
export interface NewNotification {
  userId: number;
  /** A registered type, which also gives the priority. */
  type: string;
  /** The default is the label of the type. Longer titles are cut to 200 characters. */
  title?: string;
  message: string;
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
    private readonly clock: Clock,
  ) {}

  /**
   * Inserts all notifications with one statement and updates the counters with another (for up to 2,000 rows).
   * @returns the number of inserted notifications; duplicates and those of removed people are skipped
   */
  async notify(notifications: readonly NewNotification[]): Promise<number> {
    // The rows are sorted, so that concurrent inserts of the same batch wait for each other in the unique index and cannot deadlock.
    const rows = notifications.map((notification) => this.toRow(notification)).sort(comparePersonAndKey);
    const notifiedIds: number[] = [];
    for (const chunk of chunksOf(rows, maxRowsPerStatement)) {
      const insertedIds = await this.insert(chunk);
      notifiedIds.push(...insertedIds);
    }
    await this.unreadCounts.addForEach(notifiedIds, 1);
    if (notifiedIds.length > 0) this.signals.send(notificationsTopic, notifiedIds);
    return notifiedIds.length;
  }

  private toRow(notification: NewNotification): NotificationValues {
    const { type, priority, label } = this.notificationTypes.get(notification.type);
    return [
      notification.userId,
      notification.dedupeKey,
      type,
      priority,
      truncate(notification.title ?? label, 200),
      notification.message,
      notification.actionUrl ?? '',
      notification.relatedObjectType,
      notification.relatedObjectId,
    ];
  }

  /** Joins `users_user`, so that the insert does not fail for all people if one of them was removed since the event. */
  private async insert(rows: readonly NotificationValues[]): Promise<number[]> {
    const valuesSql = tuplesSql(rows.length, columnTypes.length, columnTypes, 2);
    const inserted = await this.database.rows(
      { userId: int },
      `INSERT INTO notifications_notification (created_at, ${columnNames.join(', ')})
       SELECT $1, ${columnValues.join(', ')} FROM (VALUES ${valuesSql}) AS v, users_user u
       WHERE u.id = v.column1 ORDER BY v.column1, v.column2
       ON CONFLICT (user_id, dedupe_key) DO NOTHING RETURNING user_id AS "userId"`,
      [this.clock.now(), ...rows.flat()],
    );
    return inserted.map((row) => row.userId);
  }
}

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
