import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { MoveRefused } from './move.errors';

const fileSuffixes = ['', '-wal', '-shm', '-journal'];

/** A file that no other process has open, or can open until it is closed: nobody writes into the past. */
export function openExclusively(path: string): Connection {
  if (!existsSync(path)) throw new MoveRefused([{ place: path, what: 'there is no such file' }]);
  const file = new Sqlite(path, { fileMustExist: true, timeout: 1_000 });
  try {
    file.pragma('locking_mode = EXCLUSIVE');
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file.close();
    const { code = '', message } = error as { code?: string; message: string };
    const what = code.startsWith('SQLITE_BUSY') ? 'another process has it open: stop it first' : message;
    throw new MoveRefused([{ place: path, what }]);
  }
}

/** Closing the file later will not remove a write-ahead log by its name, which may be another file's by then. */
export function removeWriteAheadLog(file: Connection): void {
  file.exec('ROLLBACK');
  file.pragma('journal_mode = DELETE');
}

export function removeFile(path: string): void {
  for (const part of fileSuffixes) rmSync(`${path}${part}`, { force: true });
}

/**
 * Puts a finished file in the place of one that is empty, or not there: at once, and for good. Whoever still had the old
 * one open was refused before.
 */
export function replaceFile(finished: string, path: string): void {
  syncToDisk(finished);
  for (const part of fileSuffixes.slice(1)) rmSync(`${path}${part}`, { force: true });
  renameSync(finished, path);
  syncToDisk(dirname(path));
}

/** Onto the disk: a name must not outlive a power failure that its contents did not. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
