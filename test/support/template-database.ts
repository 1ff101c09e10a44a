import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '../../src/platform/database/schema/migrate';
import { type Companion, startCompanion } from './child-script';
import { createDatabase, dropDatabases, onServer } from './postgres-databases';
import { type PostgresServer, startPostgres } from './postgres-server';

/*
 * Migrated once per run, copied for every test file. What the copies need to know travels in the environment,
 * which jest hands to its workers.
 */

let keeper: Companion | undefined;

export async function prepareSqlite(): Promise<void> {
  keeper = await startCompanion('scratch-folder-keeper.mjs');
  process.env.TEST_SQLITE_FOLDER = keeper.announcement;
  const template = path.join(keeper.announcement, 'template.sqlite3');
  await migrate(`sqlite:${template}`);
  // A copy takes the main file only. Rows still in the write-ahead log would be missing from every test.
  if (existsSync(`${template}-wal`)) throw new Error('migrate() left a write-ahead log: its connection is still open');
}

export async function removeSqlite(): Promise<void> {
  await keeper?.end();
}

let server: PostgresServer | undefined;

export async function preparePostgres(): Promise<void> {
  server = await startPostgres();
  const prefix = `teoart_test_${randomBytes(4).toString('hex')}_`;
  Object.assign(process.env, { TEST_POSTGRES_URL: server.url, TEST_POSTGRES_PREFIX: prefix });
  const template = `${prefix}template`;
  await migrate(await createDatabase(template));
  // A template with anybody connected to it cannot be copied.
  await onServer((client) => client.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`));
}

export async function removePostgres(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) await dropDatabases(process.env.TEST_POSTGRES_PREFIX!);
  await server?.stop();
}
