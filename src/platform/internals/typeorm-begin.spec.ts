import { DataSource, type DataSourceOptions } from 'typeorm';
import { postgresBegin, postgresCommit, sqliteBegin } from './typeorm-begin';

/** The statements that a transaction sends. There is no server. */
async function statementsOf(options: DataSourceOptions): Promise<string[]> {
  const statements: string[] = [];
  const runner = new DataSource(options).createQueryRunner();
  runner.query = async (sql: string) => void statements.push(sql) as never;
  await runner.startTransaction();
  await runner.commitTransaction();
  return statements;
}

it('TypeORM begins a PostgreSQL transaction with START TRANSACTION and ends it with COMMIT', async () => {
  expect(await statementsOf({ type: 'postgres' })).toEqual([postgresBegin, postgresCommit]);
});

it('TypeORM begins an SQLite transaction with BEGIN TRANSACTION', async () => {
  expect(await statementsOf({ type: 'better-sqlite3', database: ':memory:' })).toEqual([sqliteBegin, 'COMMIT']);
});
