import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { MigrationExecutor, type DataSourceOptions } from 'typeorm';
import { migrations as ours } from '../../../../migrations';
import { Config } from '../../config/config';
import { connect } from '../dialect-factory';
import { migrationKey, type Dialect } from '../dialect';
import { driverWords } from '../statements/driver-errors';
import { unguarded } from '../statements/write-guard';

export type Migrations = DataSourceOptions['migrations'];

const attempts = 20;

/** A table the migration needs stayed taken, however often it asked. */
export class MigrationBlocked extends Error {
  override name = 'MigrationBlocked';

  constructor(cause: unknown) {
    super(
      `A migration asked ${attempts} times for a lock and did not get it: end the transaction that holds the table`,
      {
        cause,
      },
    );
  }
}

/** The message says which; why, in the words of the engine, is its cause. */
export class MigrationFailed extends Error {
  override name = 'MigrationFailed';

  constructor(migration: string, cause: unknown) {
    const why = driverWords(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    super(`The migration ${migration} failed: ${why}`, { cause });
  }
}

/** Brings the schema to the newest migration. Two processes that start together migrate once. */
export async function prepareSchema(dialect: Dialect): Promise<void> {
  await unguarded(() => dialect.exclusively(() => patiently(dialect)));
}

/**
 * Whoever waits for a lock on a table makes everybody behind wait too. So a migration waits briefly, gives way, and comes
 * again; what was done before it stays done.
 */
async function patiently(dialect: Dialect): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await dialect.dataSource.runMigrations({ transaction: 'each' });
      return;
    } catch (error) {
      if (!dialect.isTransient(error)) throw await migrationFailed(dialect, error);
      if (attempt === attempts) throw new MigrationBlocked(error);
      new Logger('Migrations').warn(`A table is taken; trying again (${attempt} of ${attempts})`);
      await sleep((0.5 + Math.random()) * Math.min(5_000, 200 * attempt));
    }
  }
}

/** Each is a transaction of its own: the first that is pending is the one that failed. */
async function migrationFailed(dialect: Dialect, error: unknown): Promise<unknown> {
  const pending = await new MigrationExecutor(dialect.dataSource).getPendingMigrations().catch(() => []);
  return pending[0] ? new MigrationFailed(pending[0].name, error) : error;
}

/** A database by its URL, whatever the process's own is; not opened yet. */
export function databaseByUrl(url: string, migrations: Migrations): Dialect {
  return connect(new Config({ NODE_ENV: 'test', DATABASE_URL: url }), [], migrations);
}

/** Opens a database by URL, migrates it and closes it again. */
export async function migrate(url: string, migrations: Migrations = ours): Promise<void> {
  const dialect = databaseByUrl(url, migrations);
  await dialect.dataSource.initialize();
  try {
    await prepareSchema(dialect);
  } finally {
    await dialect.dataSource.destroy();
  }
}

/**
 * Migrations and `work` in one transaction: both stay, or neither. `work` gets the driver's own connection. For an engine whose
 * schema changes are transactional, and a database that nobody uses yet.
 */
export async function migrateIn<T>(dialect: Dialect, work: (connection: unknown) => Promise<T>): Promise<T> {
  const runner = dialect.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(dialect.turnstile(migrationKey) ?? 'SELECT 1');
    const executor = new MigrationExecutor(dialect.dataSource, runner);
    executor.transaction = 'none';
    await executor.executePendingMigrations();
    const result = await work(await runner.connect());
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // The connection itself may be what broke: then the server has rolled back.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
