import { addDays } from '../../../platform/time/local-date';
import { firstInstantAt, localTimeIn, nextTransition, type LocalTime } from '../../../platform/time/local-time';
import type { DigestFrequency } from '../notification.lists';

/** Times on the clock of the person, in minutes since midnight. If `until` is smaller, the hours pass midnight. */
export interface QuietHours {
  from: number;
  until: number;
}

export interface Digest {
  frequency: DigestFrequency;
  /** 0–23, on the clock of the person. */
  hour: number;
  /** 1 is Monday, as in ISO 8601. Used by weekly digests only. */
  weekday: number;
}

/** When a person wants to be told. */
export interface DeliveryTimes {
  timezone: string;
  quietHours: QuietHours | null;
  digest: Digest;
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** The first instant from `now` on at which it is no quiet hour. What a person sees on the clock decides, also when the clock changes. */
export function afterQuietHours(now: Date, { timezone, quietHours }: DeliveryTimes): Date {
  if (!quietHours) return now;
  let instant = now;
  let { minute } = localTimeIn(timezone, instant);
  while (isQuiet(minute, quietHours)) {
    const minutesLeft = (quietHours.until - minute + dayMinutes) % dayMinutes;
    const wholeMinuteMs = Math.floor(instant.getTime() / minuteMs) * minuteMs;
    const endMs = wholeMinuteMs + minutesLeft * minuteMs;
    instant = new Date(nextTransition(timezone, wholeMinuteMs, endMs) ?? endMs);
    ({ minute } = localTimeIn(timezone, instant));
  }
  return instant;
}

/** The next digest from `now` on. If the clock skips its hour, it is sent when the clock has changed; if the hour comes twice, the first time. */
export function nextDigest(now: Date, { timezone, digest }: DeliveryTimes): Date {
  const today = localTimeIn(timezone, now).date;
  // A clock that was set back over midnight shows yesterday again, so that today's digest may be over before today ends.
  for (let days = -1; ; days++) {
    const time: LocalTime = { date: addDays(today, days), minute: digest.hour * 60 };
    if (digest.frequency === 'weekly' && weekdayOf(time.date) !== digest.weekday) continue;
    const instant = firstInstantAt(timezone, time);
    if (instant >= now) return instant;
  }
}

/** When a message that may wait is sent. The digest is for mails. */
export function deliveryTime(now: Date, times: DeliveryTimes, isDigested: boolean): Date {
  return afterQuietHours(isDigested ? nextDigest(now, times) : now, times);
}

/** Whether the minute is in the quiet hours. They begin with the minute `from` and end before the minute `until`. */
function isQuiet(minute: number, { from, until }: QuietHours): boolean {
  return from <= until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** 1 is Monday. */
const weekdayOf = (date: string): number => new Date(date).getUTCDay() || 7;
