import { toJsonbText } from './json-text';

/** The kinds of values that the application stores. A value has one canonical text, which both engines can produce. */
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

interface NamedColumn {
  name: string;
  kind: Kind;
}

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * The SQLite condition for a text with a non-ASCII character. A comparison of its lengths in characters and in bytes would miss
 * invalid UTF-8, because each invalid byte counts as one character.
 */
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
  const isText = kind === 'text' || kind === 'uuid';
  return isText ? `${quoteIdentifier(name)}::text COLLATE "C"` : quoteIdentifier(name);
}

type WriteText = (value: unknown) => string;

/** A buffer that is used again for each float, because allocating one for each would be slow. */
const floatBuffer = Buffer.alloc(8);

function toFloatHex(value: unknown): string {
  // Adding 0 turns -0 into 0, because SQLite does not store -0.
  floatBuffer.writeDoubleBE((value as number) + 0);
  return floatBuffer.toString('hex');
}

/** The length of `2026-01-31 12:00:00`. */
const wholeSecondLength = 19;
const zeroCode = '0'.charCodeAt(0);

/** Writes `2026-01-31 12:00:00.120` of SQLite as PostgreSQL writes it: `2026-01-31 12:00:00.12+00`. */
function toInstantText(value: unknown): string {
  const instant = value as string;
  let end = instant.length;
  if (end > wholeSecondLength) {
    while (instant.charCodeAt(end - 1) === zeroCode) end--;
    const hasOnlyPoint = end === wholeSecondLength + 1;
    if (hasOnlyPoint) end = wholeSecondLength;
  }
  return `${instant.slice(0, end)}+00`;
}

/** Characters that COPY writes as escapes. The first pattern only tests, because a global pattern would keep its position. */
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

/** Functions that convert a value of better-sqlite3 to its canonical text, with the escapes of COPY. */
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

function unescapeField(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replaceAll(/\\(.)/gs, (_, character: string) => unescapes[character] ?? character);
}

/** Functions that convert a canonical text with the escapes of COPY to the value that better-sqlite3 stores. */
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

/** Always writes three decimals, because SQLite sorts instants as text. */
function toStoredInstant(field: string): string {
  const instant = field.slice(0, -'+00'.length);
  return instant.length === wholeSecondLength ? `${instant}.000` : instant.padEnd(wholeSecondLength + 4, '0');
}
