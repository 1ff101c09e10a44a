import { addDays, localDateIn } from '../src/platform/time/local-date';
import { instantAt } from './calendar';
import type { Services } from './services';

const stepMs = 6 * 3_600_000;
/** No event of the demo school is older. */
const maxEventAgeDays = 80;

/** Delivers the outbox in steps of six hours, with the clock set to each step, so that notifications get realistic dates. */
export async function deliverEvents({ clock, database, outbox }: Services, now: Date): Promise<void> {
  const deliverAt = (instant: Date) => clock.at(instant, () => database.transaction(() => outbox.drain()));
  const firstDate = addDays(localDateIn('UTC', now), -maxEventAgeDays);
  const firstMs = instantAt('UTC', firstDate, 0).getTime();
  for (let stepAtMs = firstMs; stepAtMs < now.getTime(); stepAtMs += stepMs) await deliverAt(new Date(stepAtMs));
  await deliverAt(now);
}
