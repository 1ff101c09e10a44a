import { isUtf8 } from 'node:buffer';
import type { Database as Connection } from 'better-sqlite3';
import { toJsonbText } from '../json-text';
import type { Problem } from '../move.errors';
import type { Column, Table } from '../table-pairing';
import { toNonAsciiSql, quoteLiteral, quoteIdentifier } from '../column-values';

/** The reason why PostgreSQL cannot store a value unchanged, and the SQL condition for such values. */
type Check = [reason: string, conditionSql: string];

const integerRanges: Record<string, string> = { int2: '-32768 AND 32767', int4: '-2147483648 AND 2147483647' };
const maxExamples = 3;

/** Returns the checks of a column. They are needed because SQLite stores any value in any column. */
function toValueChecks(column: Column): Check[] {
  const columnSql = quoteIdentifier(column.name);
  const checks: Check[] = [];
  // CASE is used instead of AND, because SQLite may evaluate both sides of an AND.
  for (const [reason, conditionSql] of toKindChecks(columnSql, column))
    checks.push([reason, `CASE WHEN ${columnSql} IS NULL THEN 0 ELSE (${conditionSql}) END`]);
  if (!column.nullable) checks.push(['null, but a value is required', `${columnSql} IS NULL`]);
  return checks;
}

/** Returns the checks of values that are not null. */
function toKindChecks(column: string, { kind, type, length }: Column): Check[] {
  switch (kind) {
    case 'integer':
      return toIntegerChecks(column, type);
    case 'float':
      return [['not a number', `typeof(${column}) NOT IN ('real', 'integer')`]];
    case 'boolean':
      return [['neither 0 nor 1', `typeof(${column}) <> 'integer' OR ${column} NOT IN (0, 1)`]];
    case 'instant':
      return [['not a time (YYYY-MM-DD HH:MM:SS.sss, years 1 to 9999)', toInstantConditionSql(column)]];
    case 'date':
      return [['not a date (YYYY-MM-DD, years 1 to 9999)', toDateConditionSql(column)]];
    case 'text':
      return toTextChecks(column, length);
    case 'json':
      return [['not JSON that PostgreSQL can store', toJsonConditionSql(column)]];
    case 'uuid':
      return [['not a UUID', `CASE typeof(${column}) WHEN 'text' THEN NOT is_uuid(${column}) ELSE 1 END`]];
    case 'bytes':
      return [['not bytes', `typeof(${column}) <> 'blob'`]];
  }
}

function toIntegerChecks(column: string, type: string): Check[] {
  const checks: Check[] = [['not a whole number', `typeof(${column}) <> 'integer'`]];
  const range = integerRanges[type];
  if (range)
    checks.push([`outside the range of ${type}`, `typeof(${column}) = 'integer' AND ${column} NOT BETWEEN ${range}`]);
  return checks;
}

/** A time is valid with and without milliseconds. */
const toInstantConditionSql = (column: string): string =>
  `CASE WHEN typeof(${column}) <> 'text' OR ${column} < '0001' THEN 1
  WHEN strftime('%Y-%m-%d %H:%M:%f', ${column}) = ${column} THEN 0
  ELSE strftime('%Y-%m-%d %H:%M:%S', ${column}) IS NOT ${column} END`;

const toDateConditionSql = (column: string): string =>
  `typeof(${column}) <> 'text' OR ${column} < '0001' OR strftime('%Y-%m-%d', ${column}) IS NOT ${column}`;

/** Escapes and exponents can make valid JSON unstorable, so the slow function runs only for texts that have one. */
const toJsonConditionSql = (column: string): string =>
  `CASE WHEN typeof(${column}) <> 'text' OR NOT json_valid(${column}) THEN 1
          WHEN instr(${column}, '\\u') > 0 OR ${column} GLOB '*[0-9][eE]*' THEN NOT storable_json(${column}) ELSE 0 END`;

function toTextChecks(column: string, maxLength: number | null): Check[] {
  const bytesSql = `CAST(${column} AS BLOB)`;
  const isNonAsciiSql = `typeof(${column}) = 'text' AND ${toNonAsciiSql(column)}`;
  const checks: Check[] = [
    ['not text', `typeof(${column}) <> 'text'`],
    ['holds a NUL character', `typeof(${column}) = 'text' AND instr(${bytesSql}, x'00') > 0`],
    ['not valid UTF-8', `CASE WHEN ${isNonAsciiSql} THEN NOT is_utf8(${bytesSql}) ELSE 0 END`],
  ];
  if (maxLength !== null) checks.push([`longer than ${maxLength} characters`, `length(${column}) > ${maxLength}`]);
  return checks;
}

/** Checks all values of a table in one pass. A failed check needs one more pass for its examples. */
export function findValueProblems(file: Connection, { name, columns, key }: Table): Problem[] {
  const checks = columns.flatMap((column) =>
    toValueChecks(column).map(([reason, conditionSql]) => ({ column: column.name, reason, conditionSql })),
  );
  const countsSql = checks.map(({ conditionSql }) => `coalesce(sum(${conditionSql}), 0)`).join(', ');
  const select = file.prepare(`SELECT ${countsSql} FROM ${quoteIdentifier(name)}`);
  const counts = select.raw().get() as number[];
  const problems: Problem[] = [];
  for (const [index, { column, reason, conditionSql }] of checks.entries()) {
    const count = counts[index] as number;
    if (count === 0) continue;
    problems.push({ place: `${name}.${column}`, reason, count, examples: findExamples(file, name, key, conditionSql) });
  }
  return problems;
}

/** Finds the first rows for which the condition is true, named by their keys such as `id 12`. */
function findExamples(file: Connection, table: string, key: readonly Column[], conditionSql: string): string[] {
  const keyLabels = key.map(({ name }) => `${quoteLiteral(`${name} `)} || quote(${quoteIdentifier(name)})`);
  const labelSql = keyLabels.length > 0 ? keyLabels.join(` || ', ' || `) : "''";
  const sql = `SELECT ${labelSql} FROM ${quoteIdentifier(table)} WHERE ${conditionSql} LIMIT ${maxExamples}`;
  return file.prepare(sql).pluck().all() as string[];
}

/** Finds rows that refer to missing rows. Each foreign key with such rows is one problem. */
export function findOrphans(file: Connection): Problem[] {
  const problems = new Map<string, Required<Problem>>();
  const orphans = file.prepare('SELECT "table", rowid, parent, fkid FROM pragma_foreign_key_check').raw();
  for (const [table, rowId, parent, keyNumber] of orphans.iterate() as Iterable<[string, number, string, number]>) {
    const foreignKey = `${table} ${keyNumber}`;
    const reason = `refers to missing rows of ${parent}`;
    const problem = problems.get(foreignKey) ?? { place: table, reason, count: 0, examples: [] };
    problem.count++;
    if (problem.examples.length < maxExamples) problem.examples.push(`id ${rowId}`);
    problems.set(foreignKey, problem);
  }
  return [...problems.values()];
}

/** Finds damage with SQLite's quick check. Missing required values are excluded, because `findValueProblems` reports them with their rows. */
export function findFileProblems(file: Connection, path: string): Problem[] {
  const rows = file.pragma('quick_check(100)') as { quick_check: string }[];
  return rows
    .map((row) => row.quick_check)
    .filter((message) => message !== 'ok' && !message.startsWith('NULL value in'))
    .map((message) => ({ place: path, reason: message }));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Adds the SQL functions of the checks, which SQLite lacks. They are slow, so they run only for values that a fast condition selects. */
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
