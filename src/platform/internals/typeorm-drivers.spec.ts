import { DataSource } from 'typeorm';
import { BetterSqlite3Driver, BetterSqlite3QueryRunner, PostgresDriver, PostgresQueryRunner } from './typeorm-drivers';

it('TypeORM creates the driver and the query runner for PostgreSQL from the classes in typeorm/driver', () => {
  const dataSource = new DataSource({ type: 'postgres' });
  expect(dataSource.driver).toBeInstanceOf(PostgresDriver);
  expect(dataSource.createQueryRunner()).toBeInstanceOf(PostgresQueryRunner);
});

it('TypeORM creates the driver and the query runner for SQLite from the classes in typeorm/driver', () => {
  const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:' });
  expect(dataSource.driver).toBeInstanceOf(BetterSqlite3Driver);
  expect(dataSource.createQueryRunner()).toBeInstanceOf(BetterSqlite3QueryRunner);
});
