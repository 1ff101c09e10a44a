import { CronTime } from 'cron';

/** The first tick of a cron expression after an instant. A tick is a time at which the expression, in UTC, starts a job. */
export function nextTick(cron: string, after: Date): Date {
  return new CronTime(cron, 'UTC').getNextDateFrom(after, 'UTC').toJSDate();
}

/** The last tick that is not after `now`. The search takes up to 25 ms, so its result is kept until the following tick. */
export function lastTick(cron: string, now: Date): Date {
  const known = lastTicks.get(cron);
  if (known && known.tick <= now && now < known.following) return known.tick;
  const found = findLastTick(cron, now);
  lastTicks.set(cron, found);
  return found.tick;
}

const lastTicks = new Map<string, TickPair>();

/** A tick and the one after it. */
interface TickPair {
  tick: Date;
  following: Date;
}

/** Searches back further and further, because `cron` only computes later ticks. */
function findLastTick(cron: string, now: Date): TickPair {
  for (const searchBackMs of searchesBackMs) {
    let tick = nextTick(cron, new Date(now.getTime() - searchBackMs));
    if (tick > now) continue;
    for (;;) {
      const following = nextTick(cron, tick);
      if (following > now) return { tick, following };
      tick = following;
    }
  }
  throw new Error(`The cron expression ${cron} had no tick in the last eight years`);
}

const dayMs = 86_400_000;
/** Five seconds, a minute, an hour, a day, a month and a year, because most jobs run once in one of them. The last one includes 29 February. */
const searchesBackMs = [5_000, 60_000, 3_600_000, dayMs, 32 * dayMs, 366 * dayMs, 3_000 * dayMs];

/** The time between the next two ticks after `now`. */
export function intervalMs(cron: string, now: Date): number {
  const tick = nextTick(cron, now);
  return nextTick(cron, tick).getTime() - tick.getTime();
}
