import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import type { Parts } from './parts';

const stepMs = 6 * 3_600_000;
const oldestDays = 80;

/** Delivers the outbox as it would have been delivered, a few hours at a time: who was told carries that date. */
export async function deliverNews({ clock, database, outbox }: Parts, now: Date): Promise<void> {
  const first = instantAt('UTC', addDays(localDateIn('UTC', now), -oldestDays), 0);
  for (let at = first.getTime(); at < now.getTime(); at += stepMs)
    await clock.at(new Date(at), () => database.transaction(() => outbox.drain()));
  await clock.at(now, () => database.transaction(() => outbox.drain()));
}
