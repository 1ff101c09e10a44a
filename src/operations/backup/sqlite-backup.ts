import { createHash } from 'node:crypto';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { TableDigest } from '../move/table-digest';
import { findMigrations, listTableNames } from '../move/sqlite/sqlite-catalogue';
import { quoteIdentifier } from '../move/column-values';
import { objectsOfSqlite } from '../move/objects/object-list';
import type { WriteFileList } from './backup-files';
import type { Contents } from './backup-manifest';
import { BackupUnusable, SourceDamaged } from './backup.errors';

/**
 * The code of a worker thread, which copies a file and checks the copy for damage. Both wait for the disk and would block requests
 * in the main thread. Without a target only the source is checked.
 */
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
    // Errors of better-sqlite3 lose their message between threads, so a plain error with the message is thrown.
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

/** Matches the error codes of a damaged file, and the first lines of the reports of `integrity_check`. */
const damagePattern = /SQLITE_(CORRUPT|NOTADB)|^\*{3} in database|^(Tree|Page|Freelist|row|wrong # of entries)\b/;

/** Copies one snapshot of the file without its unused pages, while other processes write. The hashes are computed from the copy. */
export async function copySqlite(url: string, file: string, writeFileList: WriteFileList): Promise<Contents> {
  const source = url.slice('sqlite:'.length);
  await runInThread(source, file).catch((error: Error) => {
    throw damagePattern.test(error.message) ? new SourceDamaged(source, error.message) : error;
  });
  await writeFileList(objectsOfSqlite(file));
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

const rowsPerIteration = 2_000;

/** Hashes the rows in the order of their key. Each value is hashed as SQLite's quote() writes it. */
async function computeDigest(file: Connection, table: string): Promise<TableDigest> {
  const select = file.prepare(toSortedLinesSql(file, table)).pluck();
  const hash = createHash('sha256');
  let rows = 0;
  for (const line of select.iterate() as Iterable<string>) {
    hash.update(line).update('\n');
    rows++;
    // Requests run in between, so that a long table does not block them.
    if (rows % rowsPerIteration === 0) await yieldToEventLoop();
  }
  return { rows, sha256: hash.digest('hex') };
}

/** Selects each row as one line, sorted by the primary key, or by all columns if there is none. */
function toSortedLinesSql(file: Connection, table: string): string {
  const columns = file.prepare('SELECT name, pk FROM pragma_table_info(?)').all(table) as {
    name: string;
    /** The position in the primary key, from 1; 0 if the column is not part of the key. */
    pk: number;
  }[];
  const lineSql = columns.map(({ name }) => `quote(${quoteIdentifier(name)})`).join(` || ',' || `);
  const keyColumns = columns.filter(({ pk }) => pk > 0).sort((left, right) => left.pk - right.pk);
  const sortColumns = keyColumns.length > 0 ? keyColumns : columns;
  const orderSql = sortColumns.map(({ name }) => quoteIdentifier(name)).join(', ');
  return `SELECT ${lineSql} FROM ${quoteIdentifier(table)} ORDER BY ${orderSql}`;
}
