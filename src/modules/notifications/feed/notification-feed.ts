import { instant, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { notificationColumns as columns, notificationShape as shape, type NotificationRow } from './notification-row';

const remembered = 50;
const pageSize = 100;
/** How long after a row its elder may still be committed: ids are given before the commit, in another order than commits. */
const lateMs = 10_000;

/**
 * The news of one person, each once, in the order of their commits. A row with a smaller id than one already given is found
 * because the last ids are remembered, not only the greatest.
 */
export class NotificationFeed {
  private readonly known = new Set<number>();
  /** Nothing up to here is looked for any more. */
  private floor = 0;

  constructor(
    private readonly database: Database,
    private readonly userId: number,
  ) {}

  /** From now on: what is there is no news. */
  async startHere(): Promise<void> {
    this.know((await this.passOver(Number.MAX_SAFE_INTEGER)).map(({ id }) => id));
  }

  /** After this one. What was written within seconds before it may come a second time rather than never. */
  async startAfter(last: number): Promise<void> {
    const rows = await this.passOver(last);
    const since = (rows[0]?.createdAt.getTime() ?? 0) - lateMs;
    this.know([last, ...rows.filter(({ id, createdAt }) => id === last || +createdAt < since).map(({ id }) => id)]);
  }

  async next(): Promise<NotificationRow[]> {
    const rows = await this.database.rows(
      shape,
      `SELECT ${columns} FROM notifications_notification WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT ${pageSize}`,
      [this.userId, this.floor],
    );
    const news = rows.filter(({ id }) => !this.known.has(id));
    this.know(news.map(({ id }) => id));
    return news;
  }

  /** The last rows up to this id, newest first: what lies before them is history. */
  private async passOver(upTo: number): Promise<{ id: number; createdAt: Date }[]> {
    const rows = await this.database.rows(
      { id: int, createdAt: instant },
      `SELECT id, created_at AS "createdAt" FROM notifications_notification
       WHERE user_id = $1 AND id <= $2 ORDER BY id DESC LIMIT ${remembered}`,
      [this.userId, upTo],
    );
    this.floor = rows.length < remembered ? 0 : rows.at(-1)!.id - 1;
    return rows;
  }

  private know(ids: number[]): void {
    for (const id of ids) this.known.add(id);
    const forgotten = [...this.known].sort((one, other) => one - other).slice(0, -remembered);
    for (const id of forgotten) this.known.delete(id);
    this.floor = Math.max(this.floor, forgotten.at(-1) ?? 0);
  }
}
