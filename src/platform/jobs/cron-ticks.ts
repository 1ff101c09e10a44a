import { CronTime } from 'cron';

/** The first tick of a cron expression after an instant, in UTC. */
export function nextTick(cron: string, after: Date): Date {
  return new CronTime(cron, 'UTC').getNextDateFrom(after, 'UTC').toJSDate();
}

/** The last tick that is not after `at`. */
export function lastTick(cron: string, at: Date): Date {
  for (let backMs = hasSeconds(cron) ? 5_000 : 60_000; ; backMs *= 4) {
    let tick = nextTick(cron, new Date(at.getTime() - backMs));
    if (tick > at) continue;
    for (let next = nextTick(cron, tick); next <= at; next = nextTick(cron, tick)) tick = next;
    return tick;
  }
}

/** The time between the next two ticks after `at`. */
export function intervalMs(cron: string, at: Date): number {
  const tick = nextTick(cron, at);
  return nextTick(cron, tick).getTime() - tick.getTime();
}

const hasSeconds = (cron: string): boolean => cron.trim().split(/\s+/).length === 6;
