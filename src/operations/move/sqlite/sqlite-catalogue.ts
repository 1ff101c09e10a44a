import type { Database as Connection } from 'better-sqlite3';
import { migrationsTable, type ColumnNamesByTable } from '../table-pairing';
import { quoteIdentifier } from '../column-values';

/** The tables of the file, without those of SQLite itself and without the internal tables of a search index. */
export function listTableNames(file: Connection): string[] {
  const sql = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND name NOT IN ('${migrationsTable}', 'typeorm_metadata') ORDER BY name`;
  return file.prepare(sql).pluck().all() as string[];
}

export function listColumnNames(file: Connection): ColumnNamesByTable {
  const columns = file.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0').pluck();
  return new Map(listTableNames(file).map((table) => [table, columns.all(table) as string[]]));
}

/** The names of the migrations that ran; null if the file was never migrated. */
export function findMigrations(file: Connection): string[] | null {
  const table = file.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(migrationsTable);
  if (!table) return null;
  return file.prepare(`SELECT name FROM ${migrationsTable} ORDER BY id`).pluck().all() as string[];
}

export function listTablesWithRows(file: Connection): string[] {
  return listTableNames(file).filter((table) => file.prepare(`SELECT 1 FROM ${quoteIdentifier(table)} LIMIT 1`).get());
}

/** The highest id that a table ever assigned, even if the row was deleted; 0 if it assigned none. */
export function getLastId(file: Connection, table: string): number {
  const hasSequences = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").get();
  if (!hasSequences) return 0;
  const lastId = file.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(table);
  return (lastId as number | undefined) ?? 0;
}
