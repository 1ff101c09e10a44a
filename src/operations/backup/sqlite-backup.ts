import { createHash } from 'node:crypto';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { TableDigest } from '../move/table-digest';
import { findMigrations, listTableNames } from '../move/sqlite/sqlite-catalogue';
import { quoteIdentifier } from '../move/column-values';
import type { Contents } from './backup-manifest';
import { BackupUnusable, SourceDamaged } from './backup.errors';

/** Runs in a worker thread, because both statements wait for the disk and would block requests. */
const copyWorkerSource = `
  const { workerData } = require('node:worker_threads');
  const Sqlite = require(workerData.driver);
  try {
    const file = new Sqlite(workerData.from, { readonly: true, fileMustExist: true, timeout: 60000 });
    if (workerData.to) file.prepare('VACUUM INTO ?').run(workerData.to);
    file.close();
    const copy = new Sqlite(workerData.to || workerData.from, { readonly: true });
    const [first] = copy.pragma('integrity_check(1)', { simple: false });
    copy.close();
    if (first.integrity_check !== 'ok') throw new Error(first.integrity_check);
  } catch ({ message, code }) {
    // SQLite's errors would lose their message between threads, so a plain error carries it.
    throw new Error(code ? message + ' (' + code + ')' : message);
  }
`;

function runInThread(from: string, to: string | null): Promise<void> {
  const worker = new Worker(copyWorkerSource, {
    eval: true,
    workerData: { driver: require.resolve('better-sqlite3'), from, to },
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

const damagePattern = /SQLITE_(CORRUPT|NOTADB)|^\*{3} in database|^(Tree|Page|Freelist|row|wrong # of entries)\b/;

/** Copies one snapshot of the file, compacted, while others write. The hashes are computed from the copy. */
export async function copySqlite(url: string, file: string): Promise<Contents> {
  const source = url.slice('sqlite:'.length);
  await runInThread(source, file).catch((error: Error) => {
    throw damagePattern.test(error.message) ? new SourceDamaged(source, error.message) : error;
  });
  return readContents(file);
}

/** @throws BackupUnusable if SQLite finds the file damaged */
export async function checkSqlite(file: string): Promise<Contents> {
  await runInThread(file, null).catch((error: Error) => {
    throw new BackupUnusable(file, `is damaged: ${error.message}`);
  });
  return readContents(file);
}

async function readContents(path: string): Promise<Contents> {
  const file = new Sqlite(path, { readonly: true });
  try {
    const tables: Contents['tables'] = {};
    for (const table of listTableNames(file)) tables[table] = await computeDigest(file, table);
    return { engine: 'sqlite', migrations: findMigrations(file) ?? [], tables };
  } finally {
    file.close();
  }
}

/** Hashes the rows in the order of their key, with values as SQLite's quote() writes them. */
async function computeDigest(file: Connection, table: string): Promise<TableDigest> {
  const columns = file.prepare('SELECT name, pk FROM pragma_table_info(?)').all(table) as {
    name: string;
    pk: number;
  }[];
  const line = columns.map(({ name }) => `quote(${quoteIdentifier(name)})`).join(` || ',' || `);
  const key = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  const order = (key.length > 0 ? key : columns).map(({ name }) => quoteIdentifier(name)).join(', ');
  const hash = createHash('sha256');
  let rows = 0;
  const select = file.prepare(`SELECT ${line} FROM ${quoteIdentifier(table)} ORDER BY ${order}`).pluck();
  for (const row of select.iterate() as Iterable<string>) {
    hash.update(row).update('\n');
    if (++rows % 2_000 === 0) await yieldToEventLoop();
  }
  return { rows, sha256: hash.digest('hex') };
}
