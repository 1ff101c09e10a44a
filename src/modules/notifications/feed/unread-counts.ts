import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { chunksOf, placeholders, tuplesSql } from '../../../platform/database/insert-rows';

const maxRowsPerStatement = 5_000;

/**
 * Stores the number of unread notifications of each person. The transaction that changes notifications also changes the
 * counter (rule 18). All code in this module locks notifications first and then counters in ascending order of the person,
 * so that transactions cannot deadlock.
 */
@Injectable()
export class UnreadCounts {
  constructor(private readonly database: Database) {}

  async count(userId: number): Promise<number> {
    const sql = 'SELECT unread FROM notifications_unreadcount WHERE user_id = $1';
    const row = await this.database.row({ unread: int }, sql, [userId]);
    return row?.unread ?? 0;
  }

  /** Adds `change` to the counter of one person. Returns the new count. */
  async add(userId: number, change: number): Promise<number> {
    const [counter] = await this.upsert([[userId, change]]);
    return counter?.unread ?? 0;
  }

  /** Adds `change` to the counter of each person as many times as their id is in the list. */
  async addForEach(userIds: readonly number[], change: 1 | -1): Promise<void> {
    const changeByUser = new Map<number, number>();
    for (const userId of userIds) changeByUser.set(userId, (changeByUser.get(userId) ?? 0) + change);
    const changes = [...changeByUser].sort(([leftId], [rightId]) => leftId - rightId);
    for (const chunk of chunksOf(changes, maxRowsPerStatement)) await this.upsert(chunk);
  }

  private upsert(changes: readonly (readonly [userId: number, change: number])[]): Promise<{ unread: number }[]> {
    return this.database.rows(
      { unread: int },
      `INSERT INTO notifications_unreadcount AS c (user_id, unread) VALUES ${tuplesSql(changes.length, 2)}
       ON CONFLICT (user_id) DO UPDATE SET unread = c.unread + excluded.unread RETURNING unread`,
      changes.flat(),
    );
  }

  /**
   * Returns the people whose counter differs from their rows, in ascending order. One statement reads one snapshot, so that
   * an insert in progress is not seen as a difference.
   */
  async findDrifted(): Promise<number[]> {
    const rows = await this.database.rows(
      { userId: int },
      `SELECT user_id AS "userId" FROM (
         SELECT user_id, unread AS counter, 0 AS unread FROM notifications_unreadcount
         UNION ALL SELECT user_id, 0, 1 FROM notifications_notification WHERE NOT is_read
       ) AS both_sides GROUP BY user_id HAVING SUM(counter) <> SUM(unread) ORDER BY user_id`,
    );
    return rows.map((row) => row.userId);
  }

  /**
   * Sets the counters of these people to the number of their unread rows. Returns how many counters were wrong. The first
   * statement updates the counters without changing them, only to lock them. Without this lock, the second statement could
   * overwrite the count of a notification that is inserted at the same moment.
   */
  async recount(userIds: readonly number[]): Promise<number> {
    const inPeopleSql = `IN (${placeholders(userIds.length)})`;
    const unreadRowsSql = `(SELECT COUNT(*) FROM notifications_notification n WHERE n.user_id = c.user_id AND NOT n.is_read)`;
    return this.database.transaction(async () => {
      await this.database.run(
        `INSERT INTO notifications_unreadcount AS c (user_id, unread) SELECT id, 0 FROM users_user WHERE id ${inPeopleSql}
         ORDER BY id ON CONFLICT (user_id) DO UPDATE SET unread = c.unread`,
        userIds,
      );
      return this.database.run(
        `UPDATE notifications_unreadcount AS c SET unread = ${unreadRowsSql} WHERE c.user_id ${inPeopleSql} AND c.unread <> ${unreadRowsSql}`,
        userIds,
      );
    });
  }
}
