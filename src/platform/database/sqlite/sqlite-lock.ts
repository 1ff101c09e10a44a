import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database as Connection } from 'better-sqlite3';

const timeoutMs = 120_000;

/**
 * Runs `work` while no other process holds the lock `file`. It is an SQLite lock, so that it ends with its process. It is on a
 * file next to the database, because the work needs the database itself.
 */
export async function withFileLock(file: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new Sqlite(file, { timeout: 0 });
  try {
    for (const deadline = Date.now() + timeoutMs; !acquired(lock, Date.now() > deadline);) await sleep(50);
    await work();
  } finally {
    lock.close();
  }
}

function acquired(lock: Connection, isLate: boolean): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (isLate || (error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return false;
  }
}
