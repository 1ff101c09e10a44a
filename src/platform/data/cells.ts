import type { Cell } from '../database/bulk';
import type { ColumnInfo } from '../database/tables';
import { compact, writeJson } from './exact-json';

/** A value of a record that its column cannot hold; the message says why, `kind` without the value. */
export class Unfit extends Error {
  constructor(
    readonly kind: string,
    value?: unknown,
  ) {
    super(value === undefined ? kind : `${shown(value)} ${kind}`);
  }
}

const largest = { 32: 2_147_483_647, 64: Number.MAX_SAFE_INTEGER };
/** Nearly every time of a file: in UTC, to the second or the millisecond, on a day that no calendar doubts. */
const plainMoment =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
const moment = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;

type Read = (value: unknown, column: ColumnInfo) => Cell;

const reads: Record<ColumnInfo['kind'], Read> = {
  int: (value, { bits = 64 }) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new Unfit('is no whole number', value);
    if (Math.abs(value) > largest[bits]) throw new Unfit('is beyond what the column holds', value);
    return value;
  },
  float: (value) => {
    if (typeof value !== 'number') throw new Unfit('is no number', value);
    if (!Number.isFinite(value)) throw new Unfit('a number beyond what the column holds');
    return value;
  },
  char: (value, { length = Infinity }) => {
    if (typeof value !== 'string') throw new Unfit('is no text', value);
    if (value.length > length && Array.from(value).length > length) throw new Unfit(`longer than ${length} characters`);
    return value;
  },
  text: (value) => {
    if (typeof value !== 'string') throw new Unfit('is no text', value);
    return value;
  },
  bool: (value) => {
    if (typeof value !== 'boolean') throw new Unfit('is neither true nor false', value);
    return value;
  },
  instant: (value) => readInstant(value),
  date: (value) => {
    const iso = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? isoOf(`${value}T00:00:00.000Z`) : null;
    if (!iso?.startsWith(value as string)) throw new Unfit('is no date', value);
    return value as string;
  },
  json: (value) => writeJson(value, compact),
};

/** A value of a record as a cell of its column. @throws Unfit */
export function cellOf(value: unknown, column: ColumnInfo): Cell {
  if (value === null && column.kind !== 'json') {
    if (!column.nullable) throw new Unfit('null where there must be a value');
    return null;
  }
  return value === null && column.nullable ? null : reads[column.kind](value, column);
}

/** To the millisecond, as both engines keep it. A time without a zone is UTC. */
function readInstant(value: unknown): string {
  if (typeof value === 'string' && plainMoment.test(value))
    return value.length === 24 ? value : `${value.slice(0, 19)}.000Z`;
  const parts = typeof value === 'string' ? moment.exec(value) : null;
  if (!parts) throw new Unfit('is no time', value);
  const [, day, time, fraction = '.0', zone = 'Z'] = parts;
  const text = `${day}T${time}${fraction.padEnd(4, '0').slice(0, 4)}`;
  const iso = isoOf(text + zone);
  // JavaScript reads 30 February as 2 March.
  if (!iso || !isoOf(`${text}Z`)?.startsWith(text)) throw new Unfit('is no time', value);
  return iso;
}

function isoOf(text: string): string | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** PostgreSQL stores neither, and neither is worth keeping: U+0000 and half of a surrogate pair. */
export function hasUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (Array.isArray(value)) return value.some(hasUnstorable);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, item]) => hasUnstorable(name) || hasUnstorable(item));
}
