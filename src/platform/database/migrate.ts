import type { DataSource } from 'typeorm';
import { Config } from '../config/config';
import { migrations } from '../../../migrations';
import { connect } from './connect';
import type { Dialect } from './dialect';
import { unguarded } from './write-guard';

/** Brings the schema to the newest migration. Two processes that start together migrate once. */
export async function prepareSchema(dialect: Dialect): Promise<void> {
  await unguarded(async () => {
    const turns = await takeTurns(dialect);
    try {
      await dialect.dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await turns?.();
    }
  });
}

/** Opens a database by URL, migrates it and closes it again. */
export async function migrate(url: string): Promise<void> {
  const dialect = connect(new Config({ NODE_ENV: 'test', DATABASE_URL: url }), [], migrations);
  await dialect.dataSource.initialize();
  await prepareSchema(dialect).finally(() => dialect.dataSource.destroy());
}

const migrationKey = 7_031_001;

/** A transaction-level advisory lock on a connection of its own: it works through a transaction pooler too. */
async function takeTurns(dialect: Dialect): Promise<(() => Promise<void>) | undefined> {
  const statement = dialect.turnstile(migrationKey);
  if (!statement) return undefined;
  const runner = (dialect.dataSource as DataSource).createQueryRunner();
  await runner.startTransaction();
  await runner.query(statement);
  return async () => {
    await runner.rollbackTransaction();
    await runner.release();
  };
}
