import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database as Connection } from 'better-sqlite3';

const patienceMs = 120_000;

/**
 * Runs `work` while no other process holds `file`. The lock is one of SQLite's own, on a file beside the database, so that it
 * ends with the process that holds it; the database itself must stay free for the work.
 */
export async function holding(file: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new Sqlite(file, { timeout: 0 });
  try {
    for (const deadline = Date.now() + patienceMs; !acquired(lock, Date.now() > deadline);) await sleep(50);
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
