import type { ColumnType } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** Entities are written in PostgreSQL's types; this is what they are called in an SQLite file. */
const sqliteNames: Partial<Record<string, ColumnType>> = {
  int8: 'integer',
  timestamptz: 'datetime',
  jsonb: 'simple-json',
  float8: 'real',
};

type Typed = { type?: ColumnType };

function translated<C extends Typed>(column: C): C {
  const type = sqliteNames[column.type as string];
  return type ? Object.assign(Object.create(column) as C, { type }) : column;
}

/** One adapter in front of the driver, so that one set of entities serves both engines in one process. */
export function adaptTypes(driver: BetterSqlite3Driver): void {
  const normalizeType = driver.normalizeType.bind(driver);
  const preparePersistentValue = driver.preparePersistentValue.bind(driver);
  const prepareHydratedValue = driver.prepareHydratedValue.bind(driver);
  driver.normalizeType = (column) => normalizeType(translated(column));
  driver.preparePersistentValue = (value: unknown, column: ColumnMetadata) =>
    preparePersistentValue(value, translated(column)) as unknown;
  driver.prepareHydratedValue = (value: unknown, column: ColumnMetadata) =>
    prepareHydratedValue(value, translated(column)) as unknown;
  // TypeORM would store jsonb() blobs, which hand-written statements cannot read: JSON is text in an SQLite file.
  driver.wrapWithJsonFunction = (value) => value;
}
