import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** Lists the tables of a file; none if there is no file. The file is not changed, and no new file is left next to it. */
export function tablesOfFile(file: string): string[] {
  if (!existsSync(file)) return [];
  const hasWriteAheadLog = existsSync(`${file}-wal`);
  const hasSharedMemory = existsSync(`${file}-shm`);
  const hasRollbackJournal = existsSync(`${file}-journal`);
  if (hasWriteAheadLog && !hasSharedMemory) return tablesOfCopy(file);
  try {
    // Without a log, a read-only connection would create one and could not remove it. A writable connection removes it at the end.
    return tablesIn(file, hasWriteAheadLog || hasRollbackJournal);
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_READONLY_ROLLBACK') throw error;
    return tablesOfCopy(file);
  }
}

function tablesIn(file: string, readonly: boolean): string[] {
  const connection = new Sqlite(file, { readonly, fileMustExist: true, timeout: 5_000 });
  try {
    connection.pragma('query_only = ON');
    const sql =
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    return connection.prepare(sql).pluck().all() as string[];
  } finally {
    connection.close();
  }
}

/** Reads a copy. It is used if a program was killed during a write, because opening the file itself would complete or undo that write. */
function tablesOfCopy(file: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-look-'));
  try {
    const copy = path.join(folder, 'copy');
    for (const suffix of ['', '-wal', '-journal'])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    return tablesIn(copy, false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
