import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** The tables of a file; none if there is no file. The file is not changed, and no new file is left next to it. */
export function tablesOfFile(file: string): string[] {
  if (!existsSync(file)) return [];
  const [hasLog, hasIndex, hasJournal] = ['-wal', '-shm', '-journal'].map((part) => existsSync(file + part));
  if (hasLog && !hasIndex) return tablesOfCopy(file);
  try {
    // A read-only connection would create a log file and could not remove it. A writable connection removes it at the end.
    return tablesIn(file, Boolean(hasLog || hasJournal));
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

/** Reads a copy if a program was killed during a write, because opening the file itself would complete or undo that write. */
function tablesOfCopy(file: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-look-'));
  try {
    const copy = path.join(folder, 'copy');
    for (const part of ['', '-wal', '-journal']) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
    return tablesIn(copy, false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
