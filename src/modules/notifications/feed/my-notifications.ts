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

/** What one person was told, and what of it they have read. */
@Injectable()
export class MyNotifications {
  constructor(
    private readonly database: Database,
    private readonly unread: UnreadCounts,
    private readonly clock: Clock,
  ) {}

  /** Up to `limit + 1` rows, newest first. */
  list(userId: number, query: NotificationQuery): Promise<NotificationRow[]> {
    const { conditions, values } = filtered(userId, query);
    const after = newestFirst.read(query.cursor);
    if (after) conditions.push(`id < $${values.push(after[0])}`);
    const limit = `$${values.push(query.limit + 1)}`;
    return this.database.rows(
      shape,
      `SELECT ${columns} FROM notifications_notification
       WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${limit}`,
      values,
    );
  }

  async count(userId: number, query: NotificationQuery): Promise<number> {
    const { conditions, values } = filtered(userId, query);
    const sql = `SELECT COUNT(*) AS total FROM notifications_notification WHERE ${conditions.join(' AND ')}`;
    return (await this.database.row({ total: int }, sql, values))?.total ?? 0;
  }

  /**
   * Only a change moves the counter: twins read a notification once.
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
      if (!changed) return this.one(userId, id);
      await this.unread.move(userId, isRead ? -1 : 1);
      return changed;
    });
  }

  /** Reads everything, or what the person has seen so far; gives how many are unread after it. */
  async readAll(userId: number, upTo = Number.MAX_SAFE_INTEGER): Promise<number> {
    return this.database.transaction(async () => {
      // The inner select takes the rows in ascending order: two devices that read all queue instead of meeting head-on.
      const read = await this.database.run(
        `UPDATE notifications_notification SET is_read = $3, read_at = $4 WHERE NOT is_read AND id IN (
           SELECT id FROM notifications_notification WHERE user_id = $1 AND NOT is_read AND id <= $2
           ORDER BY id${this.database.dialect.forUpdate()})`,
        [userId, upTo, true, this.clock.now()],
      );
      return read > 0 ? this.unread.move(userId, -read) : this.unread.of(userId);
    });
  }

  private async one(userId: number, id: number): Promise<NotificationRow> {
    const sql = `SELECT ${columns} FROM notifications_notification WHERE id = $1 AND user_id = $2`;
    const found = await this.database.row(shape, sql, [id, userId]);
    if (!found) throw new NotificationNotFound();
    return found;
  }
}

function filtered(userId: number, { unread, type }: NotificationQuery): { conditions: string[]; values: Value[] } {
  const conditions = ['user_id = $1'];
  const values: Value[] = [userId];
  if (unread !== undefined) conditions.push(unread ? 'NOT is_read' : 'is_read');
  if (type !== undefined) conditions.push(`notification_type = $${values.push(type)}`);
  return { conditions, values };
}
