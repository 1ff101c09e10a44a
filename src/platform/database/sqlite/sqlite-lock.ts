import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database as Connection } from 'better-sqlite3';

const timeoutMs = 120_000;
const pollMs = 50;

/**
 * Runs `work` while this process holds the lock `file`. An SQLite lock is used, because it ends when its process dies. The lock file
 * is next to the database, because `work` must be able to lock the database itself.
 */
export async function withFileLock(file: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new Sqlite(file, { timeout: 0 });
  try {
    const deadlineMs = Date.now() + timeoutMs;
    while (!tryLock(lock, Date.now() > deadlineMs)) await sleep(pollMs);
    await work();
  } finally {
    lock.close();
  }
}

/** @returns false if another process holds the lock. @throws the error of SQLite if `isLastAttempt` */
function tryLock(lock: Connection, isLastAttempt: boolean): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (isLastAttempt || (error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return false;
  }
}
