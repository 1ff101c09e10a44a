import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { forgetTransaction, transactionDepthOf } from './typeorm-transaction-state';

const engines: [string, DataSourceOptions][] = [
  ['PostgreSQL', { type: 'postgres' }],
  ['SQLite', { type: 'better-sqlite3', database: ':memory:' }],
];

function runnerOf(options: DataSourceOptions): { runner: QueryRunner; statements: string[] } {
  const statements: string[] = [];
  const runner = new DataSource(options).createQueryRunner();
  runner.query = async (sql: string) => void statements.push(sql) as never;
  return { runner, statements };
}

it.each(engines)('TypeORM counts nested transactions on %s in transactionDepth', async (_engine, options) => {
  const { runner } = runnerOf(options);
  const depths = [transactionDepthOf(runner)];
  for (const step of ['start', 'start', 'rollback', 'commit'] as const) {
    await runner[`${step}Transaction`]();
    depths.push(transactionDepthOf(runner));
  }
  expect(depths).toEqual([0, 1, 2, 1, 0]);
});

it.each(engines)(
  'a query runner on %s whose transaction is forgotten begins the next one as an outermost transaction',
  async (_e, options) => {
    const { runner, statements } = runnerOf(options);
    await runner.startTransaction();
    forgetTransaction(runner);
    expect(runner.isTransactionActive).toBe(false);
    await expect(runner.commitTransaction()).rejects.toThrow('Transaction is not started');
    await runner.startTransaction();
    expect(statements[1]).toBe(statements[0]);
  },
);
