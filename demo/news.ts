import { int, nullable } from '../src/platform/database/columns';
import type { Learning } from './learning';
import type { Parts } from './parts';

const stepMs = 6 * 3_600_000;
const daysMs = 80 * 24 * 3_600_000;

/** Delivers the outbox as it would have been delivered, a few hours at a time: who was told carries that date. */
export async function deliverNews({ clock, database, outbox }: Parts, now: Date): Promise<void> {
  for (let at = now.getTime() - daysMs; at < now.getTime(); at += stepMs)
    await clock.at(new Date(at), () => database.transaction(() => outbox.drain()));
  await outbox.drain();
}

/** Two of three students have read what they were told up to two days ago. */
export async function readSome(parts: Parts, students: readonly Learning[], now: Date): Promise<void> {
  const lastVisit = new Date(now.getTime() - 2 * 24 * 3_600_000);
  await parts.database.transaction(async () => {
    for (const { id } of students.filter((_, index) => index % 3 !== 2)) {
      const last = await parts.database.row(
        { id: nullable(int) },
        'SELECT max(id) AS id FROM notifications_notification WHERE user_id = $1 AND created_at <= $2',
        [id, lastVisit],
      );
      const upTo = last?.id ?? null;
      if (upTo !== null) await parts.clock.at(lastVisit, () => parts.notifications.readAll(id, upTo));
    }
  });
}
