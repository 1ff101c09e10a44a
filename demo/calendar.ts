import { daysBetween, localDateIn, localHourIn, type LocalDate } from '../src/platform/time/local-date';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** The instant at which a clock in `zone` shows this date and time; the hour after, where daylight saving skips it. */
export function instantAt(zone: string, date: LocalDate, hour: number, minute = 0): Date {
  const asUtc = new Date(Date.parse(date) + hour * hourMs + 30 * minuteMs);
  const shown = daysBetween(date, localDateIn(zone, asUtc)) * 24 + localHourIn(zone, asUtc);
  const near = new Date(asUtc.getTime() - (shown - hour) * hourMs);
  return new Date(near.getTime() - 30 * minuteMs + minute * minuteMs);
}
