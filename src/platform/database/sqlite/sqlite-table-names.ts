import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** The tables of a file; none where there is no file. Not a byte changes, and no new file lies beside it afterwards. */
export function tablesOfFile(file: string): string[] {
  if (!existsSync(file)) return [];
  const [hasLog, hasIndex, hasJournal] = ['-wal', '-shm', '-journal'].map((part) => existsSync(file + part));
  if (hasLog && !hasIndex) return tablesOfCopy(file);
  try {
    // Who may only read would make a log where one belongs, and could not remove it; who may write, and writes nothing, does.
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

/** Its program was killed in the middle of a write: whoever opened the file itself would end that write first. */
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
