/*
 * Relies on: the files typeorm/driver/*. A data source creates its driver and its query runners from these classes.
 * Why: our query runners extend TypeORM's, and our options are set on its drivers.
 * Missing: the drivers and the query runners are not exported by the index of TypeORM.
 */
export { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
export { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner';
export { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
export { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
