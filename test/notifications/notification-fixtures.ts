import { Notifier, type NewNotification } from '../../src/modules/notifications';
import { bool, int } from '../../src/platform/database/columns';
import type { Client, School } from '../support/school';

/** Sends notifications in a transaction, as a handler does. Returns the number of inserted notifications. */
export const notify = (school: School, ...notifications: NewNotification[]): Promise<number> =>
  school.database.transaction(() => school.part(Notifier).notify(notifications));

/** Makes a notification for a person. Each `version` is a different notification. */
export const makeNotification = (
  userId: number,
  version = 1,
  overrides: Partial<NewNotification> = {},
): NewNotification => ({
  userId,
  type: 'exercise_graded',
  message: `Drawing ${version} was approved.`,
  dedupeKey: `exercise_graded:users.user.${userId}:${version}`,
  ...overrides,
});

/** Sends `count` notifications to one person. Returns the ids, oldest first. */
export async function notifyMany(school: School, userId: number, count: number): Promise<number[]> {
  await notify(school, ...Array.from({ length: count }, (_, index) => makeNotification(userId, index + 1)));
  return idsOf(school, userId);
}

export async function idsOf(school: School, userId: number): Promise<number[]> {
  const sql = 'SELECT id FROM notifications_notification WHERE user_id = $1 ORDER BY id';
  const rows = await school.database.rows({ id: int }, sql, [userId]);
  return rows.map(({ id }) => id);
}

/** Returns the stored number of unread notifications, and asserts that it equals the number of unread rows. */
export async function unreadCountOf(school: School, userId: number): Promise<number> {
  const sql = 'SELECT is_read AS "isRead" FROM notifications_notification WHERE user_id = $1';
  const rows = await school.database.rows({ isRead: bool }, sql, [userId]);
  const counter = await school.database.row(
    { unread: int },
    'SELECT unread FROM notifications_unreadcount WHERE user_id = $1',
    [userId],
  );
  const storedCount = counter?.unread ?? 0;
  expect(storedCount).toBe(rows.filter(({ isRead }) => !isRead).length);
  return storedCount;
}

/** Returns the notifications of a person as the API returns them, newest first, optionally of one type only. */
export async function notificationsOf(person: Client, type?: string): Promise<Record<string, unknown>[]> {
  const { body } = await person.get(`/me/notifications?limit=100${type ? `&type=${type}` : ''}`);
  return body.data;
}
