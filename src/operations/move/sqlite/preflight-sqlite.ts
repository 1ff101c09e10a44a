import { isUtf8 } from 'node:buffer';
import type { Database as Connection } from 'better-sqlite3';
import { toJsonbText } from '../json-text';
import type { Problem } from '../move.errors';
import type { Column, Table } from '../table-pairing';
import { toNonAsciiSql, quoteLiteral, quoteIdentifier } from '../column-values';

/** A condition for values that PostgreSQL cannot store unchanged. */
type Check = [what: string, condition: string];

const ranges: Record<string, [string, string]> = { int2: ['-32768', '32767'], int4: ['-2147483648', '2147483647'] };

/** The checks of a column. They are needed because SQLite stores any value in any column. */
function toValueChecks({ name, kind, type, nullable, length }: Column): Check[] {
  const c = quoteIdentifier(name);
  const range = ranges[type];
  const checks: Record<Column['kind'], Check[]> = {
    integer: [
      ['not a whole number', `typeof(${c}) <> 'integer'`],
      ...(range
        ? [
            [
              `outside the range of ${type}`,
              `typeof(${c}) = 'integer' AND ${c} NOT BETWEEN ${range.join(' AND ')}`,
            ] as Check,
          ]
        : []),
    ],
    float: [['not a number', `typeof(${c}) NOT IN ('real', 'integer')`]],
    boolean: [['neither 0 nor 1', `typeof(${c}) <> 'integer' OR ${c} NOT IN (0, 1)`]],
    instant: [['not a time (YYYY-MM-DD HH:MM:SS.sss, years 1 to 9999)', instantCheckSql(c)]],
    date: [
      [
        'not a date (YYYY-MM-DD, years 1 to 9999)',
        `typeof(${c}) <> 'text' OR ${c} < '0001' OR strftime('%Y-%m-%d', ${c}) IS NOT ${c}`,
      ],
    ],
    text: toTextChecks(c, length),
    json: [
      [
        'not JSON that PostgreSQL can store',
        `CASE WHEN typeof(${c}) <> 'text' OR NOT json_valid(${c}) THEN 1
          WHEN instr(${c}, '\\u') > 0 OR ${c} GLOB '*[0-9][eE]*' THEN NOT storable_json(${c}) ELSE 0 END`,
      ],
    ],
    uuid: [['not a UUID', `CASE typeof(${c}) WHEN 'text' THEN NOT is_uuid(${c}) ELSE 1 END`]],
    bytes: [['not bytes', `typeof(${c}) <> 'blob'`]],
  };
  // CASE is used instead of AND, because SQLite may evaluate both sides of an AND.
  const nonNullChecks = checks[kind].map(([what, condition]): Check => [
    what,
    `CASE WHEN ${c} IS NULL THEN 0 ELSE (${condition}) END`,
  ]);
  return nullable ? nonNullChecks : [...nonNullChecks, ['null, but a value is required', `${c} IS NULL`]];
}

const instantCheckSql = (c: string): string => `CASE WHEN typeof(${c}) <> 'text' OR ${c} < '0001' THEN 1
  WHEN strftime('%Y-%m-%d %H:%M:%f', ${c}) = ${c} THEN 0
  ELSE strftime('%Y-%m-%d %H:%M:%S', ${c}) IS NOT ${c} END`;

function toTextChecks(c: string, length: number | null): Check[] {
  const bytes = `CAST(${c} AS BLOB)`;
  const isNonAsciiSql = `typeof(${c}) = 'text' AND ${toNonAsciiSql(c)}`;
  return [
    ['not text', `typeof(${c}) <> 'text'`],
    ['holds a NUL character', `typeof(${c}) = 'text' AND instr(${bytes}, x'00') > 0`],
    ['not valid UTF-8', `CASE WHEN ${isNonAsciiSql} THEN NOT is_utf8(${bytes}) ELSE 0 END`],
    ...(length === null ? [] : [[`longer than ${length} characters`, `length(${c}) > ${length}`] as Check]),
  ];
}

/** Checks all values of a table in one pass. A failed check needs one more pass for its examples. */
export function findValueProblems(file: Connection, { name, columns, key }: Table): Problem[] {
  const checks = columns.flatMap((column) => toValueChecks(column).map((check) => [column, ...check] as const));
  const sums = checks.map(([, , condition]) => `coalesce(sum(${condition}), 0)`);
  const counts = file
    .prepare(`SELECT ${sums.join(', ')} FROM ${quoteIdentifier(name)}`)
    .raw()
    .get() as number[];
  return checks.flatMap(([column, what, condition], at) => {
    const count = counts[at] as number;
    const place = `${name}.${column.name}`;
    return count === 0 ? [] : [{ place, what, count, examples: findExamples(file, name, key, condition) }];
  });
}

function findExamples(file: Connection, table: string, key: readonly Column[], condition: string): string[] {
  const label =
    key.map(({ name }) => `${quoteLiteral(`${name} `)} || quote(${quoteIdentifier(name)})`).join(` || ', ' || `) ||
    "''";
  return file
    .prepare(`SELECT ${label} FROM ${quoteIdentifier(table)} WHERE ${condition} LIMIT 3`)
    .pluck()
    .all() as string[];
}

/** Finds rows that refer to missing rows, by foreign key. */
export function findOrphans(file: Connection): Problem[] {
  const found = new Map<string, Required<Problem>>();
  const broken = file.prepare('SELECT "table", rowid, parent, fkid FROM pragma_foreign_key_check').raw();
  for (const [table, row, parent, at] of broken.iterate() as Iterable<[string, number, string, number]>) {
    const problem = found.get(`${table} ${at}`) ?? {
      place: table,
      what: `refers to missing rows of ${parent}`,
      count: 0,
      examples: [],
    };
    problem.count++;
    if (problem.examples.length < 3) problem.examples.push(`id ${row}`);
    found.set(`${table} ${at}`, problem);
  }
  return [...found.values()];
}

/** Finds damage with SQLite's quick check. Missing required values are excluded, because `findValueProblems` reports them with their rows. */
export function findFileProblems(file: Connection, path: string): Problem[] {
  const messages = (file.pragma('quick_check(100)') as { quick_check: string }[]).map((row) => row.quick_check);
  return messages
    .filter((message) => message !== 'ok' && !message.startsWith('NULL value in'))
    .map((message) => ({ place: path, what: message }));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Adds SQL functions for checks that SQLite lacks. They are called only for values that a cheap condition selects. */
export function registerFunctions(file: Connection): void {
  file.function('is_utf8', (bytes) => Number(isUtf8(bytes as Buffer)));
  file.function('is_uuid', (value) => Number(uuid.test(value as string)));
  file.function('storable_json', (value) => {
    try {
      toJsonbText(value as string);
      return 1;
    } catch {
      return 0;
    }
  });
}
