import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { MigrationExecutor, type DataSourceOptions } from 'typeorm';
import { Config } from '../../config/config';
import { createDialect } from '../dialect-factory';
import { migrationLockKey, type Dialect } from '../dialect';
import { explainDriverError } from '../statements/driver-errors';
import { unguarded } from '../statements/write-guard';

export type Migrations = DataSourceOptions['migrations'];

const maxAttempts = 20;

/** Another transaction held the lock on a table that the migration needs, during all attempts. */
class MigrationBlocked extends Error {
  override name = 'MigrationBlocked';

  constructor(cause: unknown) {
    super(
      `A migration could not lock its table in ${maxAttempts} attempts. End the transaction that holds a lock on the table.`,
      { cause },
    );
  }
}

/** The message names the migration. The error of the engine is the cause. */
class MigrationFailed extends Error {
  override name = 'MigrationFailed';

  constructor(migration: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`The migration ${migration} failed: ${explainDriverError(cause) ?? message}`, { cause });
  }
}

/** Runs the pending migrations. If two processes start together, only one of them runs the migrations. */
export async function prepareSchema(dialect: Dialect): Promise<void> {
  await unguarded(() => dialect.withMigrationLock(() => migrateWithRetries(dialect)));
}

/**
 * A migration that waits for a table lock blocks every later statement on that table. So a migration waits briefly, stops and is
 * tried again. The migrations before it stay committed.
 */
async function migrateWithRetries(dialect: Dialect): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await dialect.dataSource.runMigrations({ transaction: 'each' });
      return;
    } catch (error) {
      if (!dialect.isTransient(error)) throw await migrationFailed(dialect, error);
      if (attempt === maxAttempts) throw new MigrationBlocked(error);
      new Logger('Migrations').warn(`A table is locked; the migration is retried (${attempt} of ${maxAttempts})`);
      const backoffMs = Math.min(5_000, 200 * attempt);
      await sleep((0.5 + Math.random()) * backoffMs);
    }
  }
}

/** Each migration is a transaction of its own, so the first pending one is the one that failed. */
async function migrationFailed(dialect: Dialect, error: unknown): Promise<unknown> {
  const pending = await new MigrationExecutor(dialect.dataSource).getPendingMigrations().catch(() => []);
  return pending[0] ? new MigrationFailed(pending[0].name, error) : error;
}

/** Creates the dialect of any database, not only of the application's own, and opens no connection. */
export function databaseByUrl(url: string, migrations: Migrations): Dialect {
  // A move copies rows with pg-copy-streams, which a pipelined connection refuses.
  return createDialect(new Config({ NODE_ENV: 'test', DATABASE_URL: url }), [], migrations, { isPipelined: false });
}

/** Opens a database by URL, migrates it and closes it again. */
export async function migrate(url: string, migrations: Migrations): Promise<void> {
  const dialect = databaseByUrl(url, migrations);
  await dialect.dataSource.initialize();
  try {
    await prepareSchema(dialect);
  } finally {
    await dialect.dataSource.destroy();
  }
}

/**
 * Runs the migrations and `work` in one transaction. `work` gets the connection of the driver. This is only for PostgreSQL, whose
 * schema changes are transactional, and only for a database that no other process uses yet.
 */
export async function migrateInOneTransaction<T>(
  dialect: Dialect,
  work: (connection: unknown) => Promise<T>,
): Promise<T> {
  const runner = dialect.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(dialect.keyLockSql(migrationLockKey) ?? 'SELECT 1');
    const executor = new MigrationExecutor(dialect.dataSource, runner);
    executor.transaction = 'none';
    await executor.executePendingMigrations();
    const result = await work(await runner.connect());
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // If the connection is lost, the rollback fails, and the server has rolled back by itself.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
