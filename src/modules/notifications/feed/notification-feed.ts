import { instant, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { notificationColumns as columns, notificationShape as shape, type NotificationRow } from './notification-row';

const maxRememberedIds = 50;
const pageSize = 100;
/** A row may be committed this long after a row with a greater id because ids are assigned before the commit. */
const maxCommitDelayMs = 10_000;

/**
 * Returns the new notifications of one person, each once, in the order of their commits. The feed remembers the last 50 ids
 * and not only the greatest one, so that it finds a row that was committed after a row with a greater id.
 */
export class NotificationFeed {
  private readonly seenIds = new Set<number>();
  /** Rows up to this id are no longer queried. */
  private skippedUpToId = 0;

  constructor(
    private readonly database: Database,
    private readonly userId: number,
  ) {}

  /** Skips all existing notifications. */
  async startAtLatest(): Promise<void> {
    const rows = await this.skipUpTo(Number.MAX_SAFE_INTEGER);
    this.remember(rows.map(({ id }) => id));
  }

  /**
   * Skips the notifications up to this id. Rows of the 10 seconds before it may be returned again. One of them may have been
   * committed after the client received this id, and a duplicate is better than a lost notification.
   */
  async startAfter(lastId: number): Promise<void> {
    const rows = await this.skipUpTo(lastId);
    const lastCreatedMs = rows[0]?.createdAt.getTime() ?? 0;
    const oldRows = rows.filter(({ createdAt }) => createdAt.getTime() < lastCreatedMs - maxCommitDelayMs);
    this.remember([lastId, ...oldRows.map(({ id }) => id)]);
  }

  /** Returns up to 100 notifications that were not returned before. */
  async findNew(): Promise<NotificationRow[]> {
    const rows = await this.database.rows(
      shape,
      `SELECT ${columns} FROM notifications_notification WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT ${pageSize}`,
      [this.userId, this.skippedUpToId],
    );
    const newRows = rows.filter(({ id }) => !this.seenIds.has(id));
    this.remember(newRows.map(({ id }) => id));
    return newRows;
  }

  /** Returns the last rows up to this id, newest first. Earlier rows are never returned. */
  private async skipUpTo(lastId: number): Promise<{ id: number; createdAt: Date }[]> {
    const rows = await this.database.rows(
      { id: int, createdAt: instant },
      `SELECT id, created_at AS "createdAt" FROM notifications_notification
       WHERE user_id = $1 AND id <= $2 ORDER BY id DESC LIMIT ${maxRememberedIds}`,
      [this.userId, lastId],
    );
    this.skippedUpToId = rows.length < maxRememberedIds ? 0 : rows.at(-1)!.id - 1;
    return rows;
  }

  private remember(ids: number[]): void {
    for (const id of ids) this.seenIds.add(id);
    const ascendingIds = [...this.seenIds].sort((left, right) => left - right);
    const forgottenIds = ascendingIds.slice(0, -maxRememberedIds);
    for (const id of forgottenIds) this.seenIds.delete(id);
    this.skippedUpToId = Math.max(this.skippedUpToId, forgottenIds.at(-1) ?? 0);
  }
}
