import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
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
