import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { createDatabase, dropDatabases, throughPooler } from './postgres-databases';

export type Engine = 'sqlite' | 'postgres';

/** The engine this test runs on: every file under `test/` runs once on each. */
export function testEngine(): Engine {
  const engine = process.env.TEST_ENGINE;
  if (engine !== 'sqlite' && engine !== 'postgres') throw new Error('no test engine: is this a unit test?');
  return engine;
}

/** A database of the caller's own with all tables and no rows. Nobody needs to remove it. */
export async function freshDatabaseUrl(): Promise<string> {
  if (testEngine() === 'postgres')
    return throughPooler(await createPostgres(`${process.env.TEST_POSTGRES_PREFIX!}template`));
  const file = newSqliteFile();
  await copyFile(path.join(process.env.TEST_SQLITE_FOLDER!, 'template.sqlite3'), file);
  return `sqlite:${file}`;
}

/** A database of the caller's own without tables, for the tests of migrations and of moving. */
export async function emptyDatabaseUrl(): Promise<string> {
  return testEngine() === 'postgres' ? createPostgres() : `sqlite:${newSqliteFile()}`;
}

/** A backup of a database that nobody is connected to: the caller's own, as the original is now. */
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
let created = 0;

/**
 * A copy takes some 8 MB of disk, so a worker drops those of the test file before. Not at a file's own end: an
 * application that closes in `afterAll` still needs it. Module state is per test file, a worker runs one at a time.
 */
async function createPostgres(template?: string): Promise<string> {
  const ownPrefix = `${process.env.TEST_POSTGRES_PREFIX!}w${process.env.JEST_WORKER_ID!}_`;
  previousDropped ??= dropDatabases(ownPrefix);
  await previousDropped;
  created += 1;
  // Never the same name twice: a pooler may still know the one that was dropped.
  return createDatabase(`${ownPrefix}${created}_${randomBytes(3).toString('hex')}`, template);
}
