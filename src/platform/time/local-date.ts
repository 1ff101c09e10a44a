import { LRUCache } from 'lru-cache';

/** A calendar date in a person's time zone: 'YYYY-MM-DD'. Years are 1000–9999, so that `<` and `>` order dates. */
export type LocalDate = string;

const dayMs = 24 * 60 * 60 * 1000;

// Formatters are cached, because creating one takes about 90 µs and using one 2 µs. The cache has a limit, because Intl accepts the
// names of the about 600 zones in any letter case, so that there can be many more names.
const formatters = new LRUCache<string, Intl.DateTimeFormat>({ max: 700 });

/** The date in `zone` at an instant. @throws RangeError for an unknown zone or an invalid instant */
export function localDateIn(zone: string, instant: Date): LocalDate {
  return formatterOf(zone).format(instant).slice(0, 10);
}

/** The hour, 0–23, in `zone` at an instant. @throws RangeError for an unknown zone or an invalid instant */
export function localHourIn(zone: string, instant: Date): number {
  return Number(formatterOf(zone).format(instant).slice(11, 13));
}

/** Adds days, which may be negative. Daylight saving time has no effect, because dates have no hours. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** The number of whole days from `from` to `to`; negative if `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

/**
 * True if `zone` is an IANA name that may be stored for a user: 'UTC' or Area/Location. Names without an area are refused, because
 * they are ambiguous. For example ICU (the library of Node) reads 'AST' as Anchorage, and PostgreSQL as the Atlantic coast.
 */
export function isTimeZone(zone: string): boolean {
  if (zone !== 'UTC' && !/^(?!SystemV\/)[A-Z][A-Za-z]+\//.test(zone)) return false;
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const cached = formatters.get(zone);
  if (cached) return cached;
  const formatter = sortableFormatter(zone);
  formatters.set(zone, formatter);
  return formatter;
}

/** Formats as '2026-11-22 16', the Swedish format, from which date and hour can be sliced. `formatToParts` would be three times slower. */
function sortableFormatter(timeZone: string): Intl.DateTimeFormat {
  const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('sv-SE', { timeZone, ...date, hour: '2-digit', hourCycle: 'h23' });
}
