import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { MoveRefused } from '../move.errors';

const fileSuffixes = ['', '-wal', '-shm', '-journal'];

/** Opens a file exclusively: no other process has it open or can open it, so that no write to the old database is lost. */
export function openExclusively(path: string): Connection {
  if (!existsSync(path)) throw new MoveRefused([{ place: path, what: 'the file does not exist' }]);
  const file = new Sqlite(path, { fileMustExist: true, timeout: 1_000 });
  try {
    file.pragma('locking_mode = EXCLUSIVE');
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file.close();
    const { code = '', message } = error as { code?: string; message: string };
    const what = code.startsWith('SQLITE_BUSY')
      ? 'another process has the file open: stop that process first'
      : message;
    throw new MoveRefused([{ place: path, what }]);
  }
}

/** Removes the write-ahead log now. If close() removed it later by name, the log could belong to the file that replaced this one. */
export function removeWriteAheadLog(file: Connection): void {
  file.exec('ROLLBACK');
  file.pragma('journal_mode = DELETE');
}

export function removeFile(path: string): void {
  for (const part of fileSuffixes) rmSync(`${path}${part}`, { force: true });
}

/**
 * Moves a finished file atomically and durably to the place of an empty or missing file. The caller has made sure that no other
 * process has the old file open.
 */
export function replaceFile(finished: string, path: string): void {
  syncToDisk(finished);
  for (const part of fileSuffixes.slice(1)) rmSync(`${path}${part}`, { force: true });
  renameSync(finished, path);
  syncToDisk(dirname(path));
}

/** Flushes to disk, so that after a power failure the file name does not exist without its content. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
