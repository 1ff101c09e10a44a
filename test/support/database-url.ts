import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { createDatabase, dropDatabases, throughPooler } from './postgres-databases';

export type Engine = 'sqlite' | 'postgres';

/** The database engine of this test. Most files under `test/` run once on each engine. */
export function testEngine(): Engine {
  const engine = process.env.TEST_ENGINE;
  if (engine !== 'sqlite' && engine !== 'postgres') throw new Error('TEST_ENGINE is not set. Is this a unit test?');
  return engine;
}

/** Creates a database with all tables and no rows. The caller does not need to remove it. */
export async function freshDatabaseUrl(): Promise<string> {
  if (testEngine() === 'postgres')
    return throughPooler(await createPostgres(`${process.env.TEST_POSTGRES_PREFIX!}template`));
  const file = newSqliteFile();
  await copyFile(path.join(process.env.TEST_SQLITE_FOLDER!, 'template.sqlite3'), file);
  return `sqlite:${file}`;
}

/** Creates a database without tables, for the tests of migrations and of moving. */
export async function emptyDatabaseUrl(): Promise<string> {
  return testEngine() === 'postgres' ? createPostgres() : `sqlite:${newSqliteFile()}`;
}

/** Copies a database that has no open connections. */
export async function copyOfDatabase(url: string): Promise<string> {
  if (testEngine() === 'postgres') return createPostgres(new URL(url).pathname.slice(1));
  const file = newSqliteFile();
  await copyFile(url.replace(/^sqlite:/, ''), file);
  return `sqlite:${file}`;
}

function newSqliteFile(): string {
  return path.join(process.env.TEST_SQLITE_FOLDER!, `${randomUUID()}.sqlite3`);
}

let previousDropped: Promise<void> | undefined;
let createdCount = 0;

/**
 * Creates a database. Each copy takes about 8 MB of disk, so a worker first drops the databases of its previous test file. It cannot
 * drop them at the end of that file, because an application that closes in `afterAll` still needs them. Jest loads this file again
 * for each test file, so `previousDropped` is undefined at the first call of each test file.
 */
async function createPostgres(template?: string): Promise<string> {
  const ownPrefix = `${process.env.TEST_POSTGRES_PREFIX!}w${process.env.JEST_WORKER_ID!}_`;
  previousDropped ??= dropDatabases(ownPrefix);
  await previousDropped;
  createdCount += 1;
  // A name is never used twice, because a pooler may still have connections to the dropped database.
  return createDatabase(`${ownPrefix}${createdCount}_${randomBytes(3).toString('hex')}`, template);
}
