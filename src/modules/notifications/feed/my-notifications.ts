import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { Clock } from '../../../platform/time/clock';
import { notificationColumns as columns, notificationShape as shape, type NotificationRow } from './notification-row';
import type { NotificationQuery } from '../notifications.dto';
import { NotificationNotFound } from '../notifications.errors';
import { UnreadCounts } from './unread-counts';

export const newestFirst = keyset('notifications:newest', [z.int()]);

/** Lists the notifications of one person and marks them as read or unread. */
@Injectable()
export class MyNotifications {
  constructor(
    private readonly database: Database,
    private readonly unreadCounts: UnreadCounts,
    private readonly clock: Clock,
  ) {}

  /** Returns up to `limit + 1` rows, newest first. The additional row shows that there is another page. */
  list(userId: number, query: NotificationQuery): Promise<NotificationRow[]> {
    const { conditions, values } = filterConditions(userId, query);
    const [beforeId] = newestFirst.read(query.cursor) ?? [];
    if (beforeId !== undefined) {
      values.push(beforeId);
      conditions.push(`id < $${values.length}`);
    }
    values.push(query.limit + 1);
    return this.database.rows(
      shape,
      `SELECT ${columns} FROM notifications_notification
       WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $${values.length}`,
      values,
    );
  }

  async count(userId: number, query: NotificationQuery): Promise<number> {
    const { conditions, values } = filterConditions(userId, query);
    const sql = `SELECT COUNT(*) AS total FROM notifications_notification WHERE ${conditions.join(' AND ')}`;
    const row = await this.database.row({ total: int }, sql, values);
    return row?.total ?? 0;
  }

  /**
   * Marks a notification as read or unread. The counter changes only if the row changes, so that two concurrent requests
   * change it once.
   * @throws NotificationNotFound
   */
  async setRead(userId: number, id: number, isRead: boolean): Promise<NotificationRow> {
    return this.database.transaction(async () => {
      const changed = await this.database.row(
        shape,
        `UPDATE notifications_notification SET is_read = $3, read_at = $4
         WHERE id = $1 AND user_id = $2 AND is_read <> $3 RETURNING ${columns}`,
        [id, userId, isRead, isRead ? this.clock.now() : null],
      );
      if (!changed) return this.get(userId, id);
      await this.unreadCounts.add(userId, isRead ? -1 : 1);
      return changed;
    });
  }

  /** Marks all notifications up to the id `upTo` as read. Returns the number of unread notifications. */
  async markAllRead(userId: number, upTo = Number.MAX_SAFE_INTEGER): Promise<number> {
    return this.database.transaction(async () => {
      // The inner select locks the rows in ascending order, so that two concurrent requests cannot deadlock.
      const readCount = await this.database.run(
        `UPDATE notifications_notification SET is_read = $3, read_at = $4 WHERE NOT is_read AND id IN (
           SELECT id FROM notifications_notification WHERE user_id = $1 AND NOT is_read AND id <= $2
           ORDER BY id${this.database.dialect.forUpdate()})`,
        [userId, upTo, true, this.clock.now()],
      );
      return readCount > 0 ? this.unreadCounts.add(userId, -readCount) : this.unreadCounts.count(userId);
    });
  }

  /** @throws NotificationNotFound */
  async get(userId: number, id: number): Promise<NotificationRow> {
    const sql = `SELECT ${columns} FROM notifications_notification WHERE id = $1 AND user_id = $2`;
    const notification = await this.database.row(shape, sql, [id, userId]);
    if (!notification) throw new NotificationNotFound();
    return notification;
  }
}

function filterConditions(
  userId: number,
  { isRead, type, from, to }: NotificationQuery,
): { conditions: string[]; values: Value[] } {
  const conditions = ['user_id = $1'];
  const values: Value[] = [userId];
  if (isRead !== undefined) conditions.push(isRead ? 'is_read' : 'NOT is_read');
  if (type !== undefined) {
    values.push(type);
    conditions.push(`notification_type = $${values.length}`);
  }
  if (from) conditions.push(`created_at >= $${values.push(from)}`);
  if (to) conditions.push(`created_at < $${values.push(to)}`);
  return { conditions, values };
}
