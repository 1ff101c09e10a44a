import { int, nullable } from '../src/platform/database/columns';
import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import type { Learning } from './learning';
import type { Services } from './services';

const stepMs = 6 * 3_600_000;
const oldestDays = 80;

/** Delivers the outbox in steps of six hours, with the clock set to each step, so that notifications get realistic dates. */
export async function deliverEvents({ clock, database, outbox }: Services, now: Date): Promise<void> {
  const first = instantAt('UTC', addDays(localDateIn('UTC', now), -oldestDays), 0);
  for (let at = first.getTime(); at < now.getTime(); at += stepMs)
    await clock.at(new Date(at), () => database.transaction(() => outbox.drain()));
  await clock.at(now, () => database.transaction(() => outbox.drain()));
}

/** Two of three students have read their notifications up to two days ago. */
export async function readSomeNotifications(
  services: Services,
  students: readonly Learning[],
  now: Date,
): Promise<void> {
  const lastVisit = instantAt('UTC', addDays(localDateIn('UTC', now), -2), 12);
  await services.database.transaction(async () => {
    for (const { id } of students.filter((_, index) => index % 3 !== 2)) {
      const last = await services.database.row(
        { id: nullable(int) },
        'SELECT max(id) AS id FROM notifications_notification WHERE user_id = $1 AND created_at <= $2',
        [id, lastVisit],
      );
      const upTo = last?.id ?? null;
      if (upTo !== null) await services.clock.at(lastVisit, () => services.notifications.readAll(id, upTo));
    }
  });
}
