import { daysBetween, localDateIn, localHourIn, type LocalDate } from '../src/platform/time/local-date';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Returns the instant at which a clock in `zone` shows this date and time. A time that daylight saving skips becomes one hour later. */
export function instantAt(zone: string, date: LocalDate, hour: number, minute = 0): Date {
  // Half past the hour is corrected first because some zones differ from UTC by half hours.
  const halfPastInUtc = new Date(Date.parse(date) + hour * hourMs + 30 * minuteMs);
  const shownDays = daysBetween(date, localDateIn(zone, halfPastInUtc));
  const shownHour = shownDays * 24 + localHourIn(zone, halfPastInUtc);
  const halfPastMs = halfPastInUtc.getTime() - (shownHour - hour) * hourMs;
  return new Date(halfPastMs + (minute - 30) * minuteMs);
}
