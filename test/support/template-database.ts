import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { migrations } from '../../migrations';
import { migrate } from '../../src/platform/database/schema/migrate';
import { type ChildScript, startChildScript } from './child-script';
import { createDatabase, dropDatabases, onServer } from './postgres-databases';
import { type PostgresServer, startPostgres } from './postgres-server';

/*
 * The template database is migrated once per test run and copied for every test file. Environment variables, which jest copies to
 * its workers, say where it is.
 */

let keeper: ChildScript | undefined;

export async function prepareSqlite(): Promise<void> {
  keeper = await startChildScript('scratch-folder-keeper.mjs');
  process.env.TEST_SQLITE_FOLDER = keeper.firstLine;
  const template = path.join(keeper.firstLine, 'template.sqlite3');
  await migrate(`sqlite:${template}`, migrations);
  // A copy takes the main file only, so rows in the write-ahead log would be missing in every test.
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
  await migrate(await createDatabase(template), migrations);
  // PostgreSQL cannot copy a template while a connection to it is open.
  await onServer((client) => client.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`));
}

export async function removePostgres(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) await dropDatabases(process.env.TEST_POSTGRES_PREFIX!);
  await server?.stop();
}
