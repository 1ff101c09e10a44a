import { LRUCache } from 'lru-cache';
import type { LocalDate } from './local-date';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

// Creating a formatter takes about 90 µs. Intl accepts names in any letter case, so the cache needs a limit.
const formatters = new LRUCache<string, Intl.DateTimeFormat>({ max: 700 });

/** A time on the wall clock of a zone. */
export interface LocalTime {
  date: LocalDate;
  /** Minutes since midnight, as the clock shows them. */
  minute: number;
}

/** What the clock shows in `zone` at an instant. @throws RangeError for an unknown zone */
export function localTimeIn(zone: string, instant: Date): LocalTime {
  const text = formatterOf(zone).format(instant);
  return { date: text.slice(0, 10), minute: Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16)) };
}

/** The first instant, in whole minutes, at which the clock in `zone` shows this time or a later one. A time that the clock skips is replaced by the next. */
export function firstInstantAt(zone: string, { date, minute }: LocalTime): Date {
  const asUtcMs = Date.parse(date) + minute * minuteMs;
  const offsets = [offsetMsAt(zone, asUtcMs - dayMs), offsetMsAt(zone, asUtcMs + dayMs)];
  const candidates = offsets.map((offsetMs) => asUtcMs - offsetMs).sort((left, right) => left - right);
  const shown = candidates.find((candidateMs) => candidateMs + offsetMsAt(zone, candidateMs) === asUtcMs);
  if (shown !== undefined) return new Date(shown);
  const [before, after] = candidates as [number, number];
  return new Date(transitionBetween(zone, before - minuteMs, after));
}

/** The first instant after `fromMs` and up to `toMs` from which the offset of `zone` is another; null if there is none. */
export function nextTransition(zone: string, fromMs: number, toMs: number): number | null {
  return offsetMsAt(zone, fromMs) === offsetMsAt(zone, toMs) ? null : transitionBetween(zone, fromMs, toMs);
}

/** Between the two instants the offset changes once. The clocks of all zones change at whole minutes. */
function transitionBetween(zone: string, fromMs: number, toMs: number): number {
  const oldOffsetMs = offsetMsAt(zone, fromMs);
  let [low, high] = [Math.floor(fromMs / minuteMs), Math.ceil(toMs / minuteMs)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMsAt(zone, middle * minuteMs) === oldOffsetMs) low = middle;
    else high = middle;
  }
  return high * minuteMs;
}

function offsetMsAt(zone: string, instantMs: number): number {
  const wholeMinuteMs = Math.floor(instantMs / minuteMs) * minuteMs;
  const { date, minute } = localTimeIn(zone, new Date(wholeMinuteMs));
  return Date.parse(date) + minute * minuteMs - wholeMinuteMs;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const cached = formatters.get(timeZone);
  if (cached) return cached;
  // The Swedish format is '2026-11-22 16:05', from which the parts can be sliced.
  const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, ...date, ...time });
  formatters.set(timeZone, formatter);
  return formatter;
}
