import { CronTime } from 'cron';

/** The first tick of a cron expression after an instant. A tick is a time at which the expression, in UTC, starts a job. */
export function nextTick(cron: string, after: Date): Date {
  return new CronTime(cron, 'UTC').getNextDateFrom(after, 'UTC').toJSDate();
}

/** The last tick that is not after `now`. It searches back further and further, because `cron` only computes later ticks. */
export function lastTick(cron: string, now: Date): Date {
  let searchBackMs = hasSeconds(cron) ? 5_000 : 60_000;
  let tick = nextTick(cron, new Date(now.getTime() - searchBackMs));
  while (tick > now) {
    searchBackMs *= 4;
    tick = nextTick(cron, new Date(now.getTime() - searchBackMs));
  }
  let following = nextTick(cron, tick);
  while (following <= now) {
    tick = following;
    following = nextTick(cron, tick);
  }
  return tick;
}

/** The time between the next two ticks after `now`. */
export function intervalMs(cron: string, now: Date): number {
  const tick = nextTick(cron, now);
  return nextTick(cron, tick).getTime() - tick.getTime();
}

const hasSeconds = (cron: string): boolean => cron.trim().split(/\s+/).length === 6;
