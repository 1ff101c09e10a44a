import type { Value } from './columns';
import type { Database } from './database';

/** SQLite accepts 32,766 parameters in one statement, PostgreSQL 65,535. */
const maxParameters = 30_000;

/**
 * Inserts many rows, in statements of the size that is good for the engine.
 * `suffix` is SQL after the values, such as an ON CONFLICT clause.
 * @returns the number of rows inserted
 */
export async function insertRows(
  database: Database,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  suffix = '',
): Promise<number> {
  const perStatement = Math.min(database.dialect.maxRowsPerStatement, Math.floor(maxParameters / columns.length));
  let insertedCount = 0;
  for (let from = 0; from < rows.length; from += perStatement) {
    const chunk = rows.slice(from, from + perStatement);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuplesSql(chunk.length, columns.length)} ${suffix}`;
    insertedCount += await database.run(sql, chunk.flat());
  }
  return insertedCount;
}

/** Placeholders for `count` tuples of `width` values: `($1, $2), ($3, $4)`. Where a type is given, the placeholder is CAST to it. */
export function tuplesSql(count: number, width: number, types: readonly string[] = [], from = 1): string {
  const placeholder = (index: number, column: number): string => {
    const parameter = `$${from + index * width + column}`;
    return types[column] ? `CAST(${parameter} AS ${types[column]})` : parameter;
  };
  const tuple = (index: number): string =>
    `(${Array.from({ length: width }, (_, column) => placeholder(index, column)).join(', ')})`;
  return Array.from({ length: count }, (_, index) => tuple(index)).join(', ');
}

/** Placeholders for the values of `IN (…)`: `$1, $2, $3`. */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}
