import { DataSource, type DataSourceOptions } from 'typeorm';
import { postgresBegin, sqliteBegin } from './typeorm-begin';

/** The statements that `startTransaction` sends. There is no server. */
async function statementsOfBegin(options: DataSourceOptions): Promise<string[]> {
  const statements: string[] = [];
  const runner = new DataSource(options).createQueryRunner();
  runner.query = async (sql: string) => void statements.push(sql) as never;
  await runner.startTransaction();
  return statements;
}

it('TypeORM begins a PostgreSQL transaction with the one statement START TRANSACTION', async () => {
  expect(await statementsOfBegin({ type: 'postgres' })).toEqual([postgresBegin]);
});

it('TypeORM begins an SQLite transaction with the one statement BEGIN TRANSACTION', async () => {
  expect(await statementsOfBegin({ type: 'better-sqlite3', database: ':memory:' })).toEqual([sqliteBegin]);
});
