import { Notifier, type News } from '../../src/modules/notifications';
import { bool, int } from '../../src/platform/database/columns';
import type { Client, School } from '../support/school';

/** Tells people something, as a handler does: in a transaction. Gives how many were told. */
export const tell = (school: School, ...news: News[]): Promise<number> =>
  school.database.transaction(() => school.part(Notifier).notify(news));

/** A piece of news for a person; another `version` is another piece. */
export const news = (userId: number, version = 1, more: Partial<News> = {}): News => ({
  userId,
  type: 'streak_at_risk',
  message: `Day ${version} without a lesson.`,
  dedupeKey: `streak_at_risk:users.user.${userId}:${version}`,
  ...more,
});

/** `count` pieces of news for one person, oldest first; gives the ids. */
export async function tellMany(school: School, userId: number, count: number): Promise<number[]> {
  await tell(school, ...Array.from({ length: count }, (_, i) => news(userId, i + 1)));
  return idsOf(school, userId);
}

export async function idsOf(school: School, userId: number): Promise<number[]> {
  const sql = 'SELECT id FROM notifications_notification WHERE user_id = $1 ORDER BY id';
  return (await school.database.rows({ id: int }, sql, [userId])).map(({ id }) => id);
}

/** What the counter says, after proof that it is what the rows say. */
export async function unreadOf(school: School, userId: number): Promise<number> {
  const sql = 'SELECT is_read AS "isRead" FROM notifications_notification WHERE user_id = $1';
  const rows = await school.database.rows({ isRead: bool }, sql, [userId]);
  const counter = await school.database.row(
    { unread: int },
    'SELECT unread FROM notifications_unreadcount WHERE user_id = $1',
    [userId],
  );
  expect(counter?.unread ?? 0).toBe(rows.filter(({ isRead }) => !isRead).length);
  return counter?.unread ?? 0;
}

/** The notifications of a person as they read them, newest first; of one type where given. */
export async function toldTo(person: Client, type?: string): Promise<Record<string, unknown>[]> {
  const { body } = await person.get(`/me/notifications?limit=100${type ? `&type=${type}` : ''}`);
  return body.data;
}
