import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { tuples } from '../../platform/database/insert-rows';
import { Signals } from '../../platform/signals/signals';
import { Clock } from '../../platform/time/clock';
import { notificationsTopic } from './live/live-notifications';
import { NotificationTypes } from './notification-types';
import { UnreadCounts } from './feed/unread-counts';

/** Something to tell one person. */
export interface News {
  userId: number;
  /** A registered type, which also gives the priority. */
  type: string;
  /** The type's label unless given; cut at 200 characters. */
  title?: string;
  message: string;
  /** What it is about, as Django's content type: `courses.lesson`. */
  relatedObjectType?: string;
  relatedObjectId?: number;
  /** Where the person can act on it: a path of the school's front end. */
  actionUrl?: string;
  /** `type:object:version`, at most 200 characters: who repeats an event tells nobody twice (rule 16). */
  dedupeKey: string;
}

/** With their types: PostgreSQL cannot guess those of a VALUES list that is joined. */
const columns = {
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
const names = Object.keys(columns);
const types = Object.values(columns);
const values = names.map((_, index) => `v.column${index + 1}`);
const perStatement = 2_000;

/** Tells people, inside the caller's transaction. */
@Injectable()
export class Notifier {
  constructor(
    private readonly database: Database,
    private readonly types: NotificationTypes,
    private readonly unread: UnreadCounts,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /**
   * One insert for all of it, and one statement for the counters of the people it was news to.
   * @returns how many were told now; the others knew, or are no longer here
   */
  async notify(news: readonly News[]): Promise<number> {
    // Ascending, so that twins of one batch queue instead of meeting head-on in the unique index.
    const rows = news.map((each) => this.rowOf(each)).sort(ascending);
    const told: number[] = [];
    for (let from = 0; from < rows.length; from += perStatement)
      told.push(...(await this.insert(rows.slice(from, from + perStatement))));
    await this.unread.moveEach(told, 1);
    if (told.length > 0) this.signals.send(notificationsTopic, told);
    return told.length;
  }

  private rowOf(news: News): Row {
    const { type, priority, label } = this.types.require(news.type);
    const title = fitting(news.title ?? label, 200);
    const text = [type, priority, title, news.message, news.actionUrl ?? ''];
    return [news.userId, news.dedupeKey, ...text, news.relatedObjectType, news.relatedObjectId];
  }

  /** Through `users_user`: the person may have been removed since the event, and that is no reason to fail for the others. */
  private async insert(rows: readonly Row[]): Promise<number[]> {
    const inserted = await this.database.rows(
      { userId: int },
      `INSERT INTO notifications_notification (created_at, ${names.join(', ')})
       SELECT $1, ${values.join(', ')} FROM (VALUES ${tuples(rows.length, types.length, types, 2)}) AS v, users_user u
       WHERE u.id = v.column1 ORDER BY v.column1, v.column2
       ON CONFLICT (user_id, dedupe_key) DO NOTHING RETURNING user_id AS "userId"`,
      [this.clock.now(), ...rows.flat()],
    );
    return inserted.map((row) => row.userId);
  }
}

type Row = [userId: number, dedupeKey: string, ...rest: Value[]];

const ascending = ([user, key]: Row, [otherUser, otherKey]: Row): number =>
  user - otherUser || (key < otherKey ? -1 : 1);

function fitting(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
