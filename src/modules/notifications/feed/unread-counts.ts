import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuples } from '../../../platform/database/insert-rows';

const perStatement = 5_000;

/**
 * How many notifications each person has not read, moved in the transaction that changes the rows (rule 18).
 * Locks, everywhere in this module: notifications first, then counters, ascending by person.
 */
@Injectable()
export class UnreadCounts {
  constructor(private readonly database: Database) {}

  async of(userId: number): Promise<number> {
    const sql = 'SELECT unread FROM notifications_unreadcount WHERE user_id = $1';
    return (await this.database.row({ unread: int }, sql, [userId]))?.unread ?? 0;
  }

  /** Adds `change` to one counter; gives what it is now. */
  async move(userId: number, change: number): Promise<number> {
    const [counter] = await this.upsert([[userId, change]]);
    return counter?.unread ?? 0;
  }

  /** Adds 1, or −1, for each of these people as often as they are named. */
  async moveEach(userIds: readonly number[], change: 1 | -1): Promise<void> {
    const totals = new Map<number, number>();
    for (const userId of userIds) totals.set(userId, (totals.get(userId) ?? 0) + change);
    const ascending = [...totals].sort(([one], [other]) => one - other);
    for (let from = 0; from < ascending.length; from += perStatement)
      await this.upsert(ascending.slice(from, from + perStatement));
  }

  private upsert(changes: readonly (readonly [userId: number, change: number])[]): Promise<{ unread: number }[]> {
    return this.database.rows(
      { unread: int },
      `INSERT INTO notifications_unreadcount AS c (user_id, unread) VALUES ${tuples(changes.length, 2)}
       ON CONFLICT (user_id) DO UPDATE SET unread = c.unread + excluded.unread RETURNING unread`,
      changes.flat(),
    );
  }

  /** The people whose counter is not what their rows say, ascending: one snapshot, so never one who is just being told. */
  async drifted(): Promise<number[]> {
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
   * Sets the counters of these people to what their rows say; gives how many were wrong. The first statement takes the
   * counters (an update, though of nothing), the second counts: who counts first overwrites what is told in between.
   */
  async recount(userIds: readonly number[]): Promise<number> {
    const these = `IN (${placeholders(userIds.length)})`;
    const rows = `(SELECT COUNT(*) FROM notifications_notification n WHERE n.user_id = c.user_id AND NOT n.is_read)`;
    return this.database.transaction(async () => {
      await this.database.run(
        `INSERT INTO notifications_unreadcount AS c (user_id, unread) SELECT id, 0 FROM users_user WHERE id ${these}
         ORDER BY id ON CONFLICT (user_id) DO UPDATE SET unread = c.unread`,
        userIds,
      );
      return this.database.run(
        `UPDATE notifications_unreadcount AS c SET unread = ${rows} WHERE c.user_id ${these} AND c.unread <> ${rows}`,
        userIds,
      );
    });
  }
}
