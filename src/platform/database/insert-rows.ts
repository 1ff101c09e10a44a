import type { Value } from './columns';
import type { Database } from './database';
import type { EntityColumns } from './entity-columns';

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
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples(chunk.length, columns.length)} ${suffix}`;
    insertedCount += await database.run(sql, chunk.flat());
  }
  return insertedCount;
}

/** Inserts rows of an entity. Each row is an object with the properties of `columns`. @returns the number of rows inserted */
export function insertEntities<E, P extends keyof E & string>(
  database: Database,
  columns: EntityColumns<E, P>,
  rows: readonly Readonly<Pick<E, P>>[],
  suffix = '',
): Promise<number> {
  const values = rows.map((row) => columns.valuesOf(row));
  return insertRows(database, columns.table, columns.names, values, suffix);
}

/** Placeholders for `count` tuples of `width` values: `($1, $2), ($3, $4)`. Where a type is given, the placeholder is CAST to it. */
export function tuples(count: number, width: number, types: readonly string[] = [], from = 1): string {
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
