import type { Value } from './columns';
import type { Database } from './database';

/** SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const maxParameters = 30_000;

/**
 * Inserts many rows, as many with each statement as the engine should be given at once.
 * `suffix` follows the values: an ON CONFLICT clause.
 * @returns how many rows were inserted
 */
export async function insertRows(
  database: Database,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  suffix = '',
): Promise<number> {
  const perStatement = Math.min(database.dialect.rowsPerStatement, Math.floor(maxParameters / columns.length));
  let inserted = 0;
  for (let from = 0; from < rows.length; from += perStatement) {
    const chunk = rows.slice(from, from + perStatement);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples(chunk.length, columns.length)} ${suffix}`;
    inserted += await database.run(sql, chunk.flat());
  }
  return inserted;
}

/** `($1, $2), ($3, $4)`: placeholders for `count` tuples of `width`, each with a type where one is given. */
export function tuples(count: number, width: number, types: readonly string[] = [], from = 1): string {
  const one = (index: number, column: number): string => {
    const parameter = `$${from + index * width + column}`;
    return types[column] ? `CAST(${parameter} AS ${types[column]})` : parameter;
  };
  const tuple = (index: number): string =>
    `(${Array.from({ length: width }, (_, column) => one(index, column)).join(', ')})`;
  return Array.from({ length: count }, (_, index) => tuple(index)).join(', ');
}

/** `$1, $2, $3`: placeholders for a list of values, for `IN (…)`. */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}
