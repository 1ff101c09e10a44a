import type { Value } from './columns';
import type { Database } from './database';
import type { EntityColumns } from './entity-columns';

/** SQLite accepts 32,766 parameters in one statement, PostgreSQL 65,535. */
const maxParameters = 30_000;

/**
 * Inserts many rows with as few statements as the engine's limits allow. `suffix` is SQL after the values, such as an ON CONFLICT
 * clause.
 * @returns the number of inserted rows
 */
export async function insertRows(
  database: Database,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  suffix = '',
): Promise<number> {
  let insertedCount = 0;
  for (const { sql, values } of insertStatements(database, table, columns, rows, suffix))
    insertedCount += await database.run(sql, values);
  return insertedCount;
}

function* insertStatements(
  database: Database,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  suffix: string,
): Generator<{ sql: string; values: Value[] }> {
  const rowsPerStatement = Math.min(database.dialect.maxRowsPerStatement, Math.floor(maxParameters / columns.length));
  for (const chunk of chunksOf(rows, rowsPerStatement)) {
    const valuesSql = tuplesSql(chunk.length, columns.length);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${valuesSql} ${suffix}`;
    yield { sql, values: chunk.flat() };
  }
}

/** Inserts rows of an entity. Each row is an object with the properties of `columns`. @returns the number of inserted rows */
export function insertEntities<E, P extends keyof E & string>(
  database: Database,
  columns: EntityColumns<E, P>,
  rows: readonly Readonly<Pick<E, P>>[],
  suffix = '',
): Promise<number> {
  const values = rows.map((row) => columns.valuesOf(row));
  return insertRows(database, columns.table, columns.names, values, suffix);
}

/** Like `insertEntities`, but the statements are sent with the next statement of the transaction or with its COMMIT. */
export function enqueueEntities<E, P extends keyof E & string>(
  database: Database,
  columns: EntityColumns<E, P>,
  rows: readonly Readonly<Pick<E, P>>[],
): void {
  const valuesOfRows = rows.map((row) => columns.valuesOf(row));
  for (const { sql, values } of insertStatements(database, columns.table, columns.names, valuesOfRows, ''))
    database.enqueue({}, sql, values);
}

/** Splits the items into parts of at most `size` items. */
export function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/**
 * The placeholders of `count` rows with `width` values each: `($1, $2), ($3, $4)`. A column that has a type in `types` is CAST to
 * it. `firstNumber` is the number of the first placeholder.
 */
export function tuplesSql(count: number, width: number, types: readonly string[] = [], firstNumber = 1): string {
  const tuples: string[] = [];
  for (let row = 0; row < count; row++) {
    const values: string[] = [];
    for (let column = 0; column < width; column++) {
      const placeholder = `$${firstNumber + row * width + column}`;
      values.push(types[column] ? `CAST(${placeholder} AS ${types[column]})` : placeholder);
    }
    tuples.push(`(${values.join(', ')})`);
  }
  return tuples.join(', ');
}

/** The placeholders of the values of `IN (…)`: `$1, $2, $3`. `firstNumber` is the number of the first one. */
export function placeholders(count: number, firstNumber = 1): string {
  return Array.from({ length: count }, (_, index) => `$${firstNumber + index}`).join(', ');
}
