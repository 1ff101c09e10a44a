import type { ColumnType } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** The SQLite names of the PostgreSQL types that entities use. */
const sqliteNames: Partial<Record<string, ColumnType>> = {
  int8: 'integer',
  timestamptz: 'datetime',
  jsonb: 'simple-json',
  float8: 'real',
};

/** Returns the column with SQLite's type. The original is not changed, because PostgreSQL may use the same entity. */
function withSqliteType<Column extends { type?: ColumnType }>(column: Column): Column {
  const type = sqliteNames[column.type as string];
  return type ? Object.assign(Object.create(column) as Column, { type }) : column;
}

/** Makes the driver translate the column types, so that the same entities work on both engines in one process. */
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
