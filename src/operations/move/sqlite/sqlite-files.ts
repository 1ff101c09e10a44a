import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { MoveRefused } from '../move.errors';

const fileSuffixes = ['', '-wal', '-shm', '-journal'];

/** Opens a file for this process alone, so that no write of another process to the old database is lost. */
export function openExclusively(path: string): Connection {
  if (!existsSync(path)) throw new MoveRefused([{ place: path, reason: 'the file does not exist' }]);
  const file = new Sqlite(path, { fileMustExist: true, timeout: 1_000 });
  try {
    file.pragma('locking_mode = EXCLUSIVE');
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file.close();
    const { code = '', message } = error as { code?: string; message: string };
    const reason = code.startsWith('SQLITE_BUSY')
      ? 'another process has the file open: stop that process first'
      : message;
    throw new MoveRefused([{ place: path, reason }]);
  }
}

/**
 * Ends the transaction of `openExclusively` and removes the write-ahead log before the file is replaced. close() would remove the log
 * later by its name, and then the log could belong to the new file.
 */
export function removeWriteAheadLog(file: Connection): void {
  file.exec('ROLLBACK');
  file.pragma('journal_mode = DELETE');
}

export function removeFile(path: string): void {
  for (const suffix of fileSuffixes) rmSync(`${path}${suffix}`, { force: true });
}

/**
 * Renames `finishedPath` to `path`, atomically and durably. A file that was there is lost, so the caller has made sure that no other
 * process has it open.
 */
export function replaceFile(finishedPath: string, path: string): void {
  syncToDisk(finishedPath);
  for (const suffix of fileSuffixes.slice(1)) rmSync(`${path}${suffix}`, { force: true });
  renameSync(finishedPath, path);
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
