import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { tuplesSql } from '../../platform/database/insert-rows';
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
  /** `type:object:version`, at most 200 characters. A repeated event has the same key, so that nobody is notified twice (rule 16). */
  dedupeKey: string;
}

/** The types are given because PostgreSQL cannot infer those of a joined VALUES list. */
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
    // Sorted, so that concurrent inserts of the same batch wait for each other in the unique index and cannot deadlock.
    const rows = notifications.map((each) => this.toRow(each)).sort(byPersonAndKey);
    const notifiedIds: number[] = [];
    for (let from = 0; from < rows.length; from += maxRowsPerStatement)
      notifiedIds.push(...(await this.insert(rows.slice(from, from + maxRowsPerStatement))));
    await this.unreadCounts.addForEach(notifiedIds, 1);
    if (notifiedIds.length > 0) this.signals.send(notificationsTopic, notifiedIds);
    return notifiedIds.length;
  }

  private toRow(notification: NewNotification): Row {
    const { type, priority, label } = this.notificationTypes.get(notification.type);
    const title = truncate(notification.title ?? label, 200);
    const text = [type, priority, title, notification.message, notification.actionUrl ?? ''];
    return [
      notification.userId,
      notification.dedupeKey,
      ...text,
      notification.relatedObjectType,
      notification.relatedObjectId,
    ];
  }

  /** Joins `users_user`, so that a person who was removed since the event does not make the insert fail for the others. */
  private async insert(rows: readonly Row[]): Promise<number[]> {
    const inserted = await this.database.rows(
      { userId: int },
      `INSERT INTO notifications_notification (created_at, ${columnNames.join(', ')})
       SELECT $1, ${columnValues.join(', ')} FROM (VALUES ${tuplesSql(rows.length, columnTypes.length, columnTypes, 2)}) AS v, users_user u
       WHERE u.id = v.column1 ORDER BY v.column1, v.column2
       ON CONFLICT (user_id, dedupe_key) DO NOTHING RETURNING user_id AS "userId"`,
      [this.clock.now(), ...rows.flat()],
    );
    return inserted.map((row) => row.userId);
  }
}

type Row = [userId: number, dedupeKey: string, ...rest: Value[]];

const byPersonAndKey = ([user, key]: Row, [otherUser, otherKey]: Row): number =>
  user - otherUser || (key < otherKey ? -1 : 1);

function truncate(text: string, maxLength: number): string {
  const characters = Array.from(text);
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
