import { toJsonbText } from './json-text';

/** The kinds of values that the application stores. For each there is one canonical text that both engines can produce. */
export type Kind = 'integer' | 'float' | 'boolean' | 'instant' | 'date' | 'text' | 'json' | 'uuid' | 'bytes';

/** The kind of each PostgreSQL type. A type that is not listed cannot be moved. */
export const kindsByType: Partial<Record<string, Kind>> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  float8: 'float',
  bool: 'boolean',
  timestamptz: 'instant',
  date: 'date',
  varchar: 'text',
  text: 'text',
  jsonb: 'json',
  uuid: 'uuid',
  bytea: 'bytes',
};

export interface NamedColumn {
  name: string;
  kind: Kind;
}

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** SQLite condition for a text with a non-ASCII character. Comparing lengths would miss invalid UTF-8, whose bytes count one each. */
export const toNonAsciiSql = (expression: string): string =>
  `${expression} GLOB '*[^' || char(1) || '-' || char(127) || ']*'`;

/** The expression that reads a column from SQLite. Integers are read as text, because a JavaScript number would round a bigint. */
export function toSqliteExpression({ name, kind }: NamedColumn): string {
  return kind === 'integer' ? `CAST(${quoteIdentifier(name)} AS TEXT)` : quoteIdentifier(name);
}

/**
 * The expression with which COPY writes the canonical text of a column. Floats are written as their eight bytes in hexadecimal,
 * because programs differ in the shortest decimal form.
 */
export function toPostgresExpression({ name, kind }: NamedColumn): string {
  return kind === 'float' ? `encode(float8send(${quoteIdentifier(name)} + 0), 'hex')` : quoteIdentifier(name);
}

/** The sort expression of a key column. Text is sorted by its bytes, so that the order does not depend on the collation. */
export function toPostgresOrder({ name, kind }: NamedColumn): string {
  return /^(text|uuid)$/.test(kind) ? `${quoteIdentifier(name)}::text COLLATE "C"` : quoteIdentifier(name);
}

type WriteText = (value: unknown) => string;

const eightBytes = Buffer.alloc(8);

function toFloatHex(value: unknown): string {
  // Adding zero turns -0 into 0, because SQLite does not store -0.
  eightBytes.writeDoubleBE((value as number) + 0);
  return eightBytes.toString('hex');
}

/** SQLite's `2026-01-31 12:00:00.120` is PostgreSQL's `2026-01-31 12:00:00.12+00`. */
function toInstantText(value: unknown): string {
  const instant = value as string;
  let end = instant.length;
  if (end > 19) {
    while (instant.charCodeAt(end - 1) === 48) end--;
    if (end === 20) end = 19;
  }
  return `${instant.slice(0, end)}+00`;
}

const escapedCharacter = /[\\\b\f\n\r\t\v]/;
const escapedCharacters = /[\\\b\f\n\r\t\v]/g;
const escapes: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escapeField(value: unknown): string {
  const content = value as string;
  return escapedCharacter.test(content)
    ? content.replace(escapedCharacters, (character) => escapes[character] as string)
    : content;
}

/** Converts a value of better-sqlite3 to its canonical text with the escapes of COPY. */
export const canonicalWriters: Record<Kind, WriteText> = {
  integer: (value) => value as string,
  float: toFloatHex,
  boolean: (value) => (value === 1 ? 't' : 'f'),
  instant: toInstantText,
  date: (value) => value as string,
  text: escapeField,
  json: (value) => escapeField(toJsonbText(value as string)),
  uuid: (value) => (value as string).toLowerCase(),
  bytes: (value) => `\\\\x${(value as Buffer).toString('hex')}`,
};

export const nullField = String.raw`\N`;

const unescapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

export function unescapeField(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replaceAll(/\\(.)/gs, (_, character: string) => unescapes[character] ?? character);
}

/** Converts a canonical text with the escapes of COPY to the value that better-sqlite3 stores. */
export const storedReaders: Record<Kind, (field: string) => unknown> = {
  integer: (field) => (field.length < 16 ? Number(field) : BigInt(field)),
  float: (field) => Buffer.from(field, 'hex').readDoubleBE(),
  boolean: (field) => (field === 't' ? 1 : 0),
  instant: toStoredInstant,
  date: (field) => field,
  text: unescapeField,
  json: unescapeField,
  uuid: (field) => field,
  bytes: (field) => Buffer.from(field.slice(3), 'hex'),
};

/** Writes milliseconds always, because SQLite sorts instants as text. */
function toStoredInstant(field: string): string {
  const instant = field.slice(0, -3);
  return instant.length === 19 ? `${instant}.000` : instant.padEnd(23, '0');
}
