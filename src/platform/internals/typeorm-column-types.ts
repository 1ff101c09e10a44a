import type { ColumnType, EntityMetadata } from 'typeorm';
import type { BetterSqlite3Driver } from './typeorm-drivers';

/** The SQLite names of the PostgreSQL types that entities use. */
const sqliteNames: Partial<Record<string, ColumnType>> = {
  int8: 'integer',
  timestamptz: 'datetime',
  jsonb: 'simple-json',
  float8: 'real',
};

type ColumnMetadata = EntityMetadata['columns'][number];

/** Returns the column with SQLite's type. The original is not changed, because PostgreSQL may use the same entity. */
function withSqliteType<Column extends { type?: ColumnType }>(column: Column): Column {
  const type = sqliteNames[column.type as string];
  return type ? Object.assign(Object.create(column) as Column, { type }) : column;
}

/**
 * Translates the column types in the driver.
 *
 * Relies on: TypeORM calls these four methods of its driver for everything that depends on a column's type. It treats an object that
 * inherits from a column like the column.
 * Why: the same entities work on both engines, even in one process.
 * Missing: types by engine in the decorators of entities, or an option for the class of the driver.
 */
export function adaptTypes(driver: BetterSqlite3Driver): void {
  const normalizeType = driver.normalizeType.bind(driver);
  const preparePersistentValue = driver.preparePersistentValue.bind(driver);
  const prepareHydratedValue = driver.prepareHydratedValue.bind(driver);
  driver.normalizeType = (column) => normalizeType(withSqliteType(column));
  driver.preparePersistentValue = (value: unknown, column: ColumnMetadata) =>
    preparePersistentValue(value, withSqliteType(column)) as unknown;
  driver.prepareHydratedValue = (value: unknown, column: ColumnMetadata) =>
    prepareHydratedValue(value, withSqliteType(column)) as unknown;
  // JSON is stored as text, because hand-written statements cannot read the jsonb() blobs that TypeORM would store.
  driver.wrapWithJsonFunction = (value) => value;
}
