import { daysBetween, localDateIn, localHourIn, type LocalDate } from '../src/platform/time/local-date';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** The instant at which a clock in `zone` shows this date and time. A time that daylight saving skips becomes one hour later. */
export function instantAt(zone: string, date: LocalDate, hour: number, minute = 0): Date {
  const asUtc = new Date(Date.parse(date) + hour * hourMs + 30 * minuteMs);
  const shownHour = daysBetween(date, localDateIn(zone, asUtc)) * 24 + localHourIn(zone, asUtc);
  const halfPast = new Date(asUtc.getTime() - (shownHour - hour) * hourMs);
  return new Date(halfPast.getTime() - 30 * minuteMs + minute * minuteMs);
}
