import { jsonbText } from './json-text';

/** The kinds of values this house stores; each has one text that both engines can be brought to, to the byte. */
export type Kind = 'integer' | 'float' | 'boolean' | 'instant' | 'date' | 'text' | 'json' | 'uuid' | 'bytes';

/** PostgreSQL's names of types and what they are here. A type that is not listed cannot be moved. */
export const kinds: Partial<Record<string, Kind>> = {
  ...{ int2: 'integer', int4: 'integer', int8: 'integer', float8: 'float', bool: 'boolean' },
  ...{ timestamptz: 'instant', date: 'date', varchar: 'text', text: 'text' },
  ...{ jsonb: 'json', uuid: 'uuid', bytea: 'bytes' },
};

export interface ColumnOf {
  name: string;
  kind: Kind;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** In SQLite: holds a character that is not ASCII. Lengths do not tell, since bytes that are no UTF-8 count one each. */
export const beyondAscii = (expression: string): string =>
  `${expression} GLOB '*[^' || char(1) || '-' || char(127) || ']*'`;

/** What SQLite is asked for: a bigint leaves it as text, since a JavaScript number would round it. */
export function sqliteExpression({ name, kind }: ColumnOf): string {
  return kind === 'integer' ? `CAST(${quoted(name)} AS TEXT)` : quoted(name);
}

/**
 * What PostgreSQL is asked for, so that COPY writes the canonical text: floats as their eight bytes in hexadecimal, since
 * shortest decimals are no matter of agreement between programs.
 */
export function postgresExpression({ name, kind }: ColumnOf): string {
  return kind === 'float' ? `encode(float8send(${quoted(name)} + 0), 'hex')` : quoted(name);
}

/** Rows in the order both engines share: text by its bytes, whatever the database's collation. */
export function postgresOrder({ name, kind }: ColumnOf): string {
  return /^(text|uuid)$/.test(kind) ? `${quoted(name)}::text COLLATE "C"` : quoted(name);
}

type Write = (value: unknown) => string;

const eightBytes = Buffer.alloc(8);

function floatHex(value: unknown): string {
  // Adding zero makes a plain zero of a negative one, which SQLite does not keep.
  eightBytes.writeDoubleBE((value as number) + 0);
  return eightBytes.toString('hex');
}

/** SQLite's `2026-01-31 12:00:00.120` is PostgreSQL's `2026-01-31 12:00:00.12+00`. */
function instantText(value: unknown): string {
  const instant = value as string;
  let end = instant.length;
  if (end > 19) {
    while (instant.charCodeAt(end - 1) === 48) end--;
    if (end === 20) end = 19;
  }
  return `${instant.slice(0, end)}+00`;
}

const special = /[\\\b\f\n\r\t\v]/;
const specials = /[\\\b\f\n\r\t\v]/g;
const escapes: Record<string, string> = {
  ...{ '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' },
};

function escaped(value: unknown): string {
  const content = value as string;
  return special.test(content) ? content.replace(specials, (character) => escapes[character] as string) : content;
}

/** From a value as better-sqlite3 gives it to its canonical text, in the escapes of COPY. */
export const canonical: Record<Kind, Write> = {
  integer: (value) => value as string,
  float: floatHex,
  boolean: (value) => (value === 1 ? 't' : 'f'),
  instant: instantText,
  date: (value) => value as string,
  text: escaped,
  json: (value) => escaped(jsonbText(value as string)),
  uuid: (value) => (value as string).toLowerCase(),
  bytes: (value) => `\\\\x${(value as Buffer).toString('hex')}`,
};

export const nothing = String.raw`\N`;

const unescapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

export function unescaped(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replaceAll(/\\(.)/gs, (_, character: string) => unescapes[character] ?? character);
}

/** From the canonical text, escapes of COPY included, to what better-sqlite3 stores. */
export const stored: Record<Kind, (field: string) => unknown> = {
  integer: (field) => (field.length < 16 ? Number(field) : BigInt(field)),
  float: (field) => Buffer.from(field, 'hex').readDoubleBE(),
  boolean: (field) => (field === 't' ? 1 : 0),
  instant: storedInstant,
  date: (field) => field,
  text: unescaped,
  json: unescaped,
  uuid: (field) => field,
  bytes: (field) => Buffer.from(field.slice(3), 'hex'),
};

/** Always with milliseconds: SQLite sorts instants as text. */
function storedInstant(field: string): string {
  const instant = field.slice(0, -3);
  return instant.length === 19 ? `${instant}.000` : instant.padEnd(23, '0');
}
