import type { Database as Connection } from 'better-sqlite3';
import type { Table } from '../table-pairing';
import { nullField, quoteIdentifier, storedReaders } from '../column-values';

/**
 * Drops the triggers and indexes of an empty file. They are created again after the rows are inserted, so that no trigger changes
 * the copied rows.
 * @returns the original statements that create them
 */
export function dropSchemaObjects(file: Connection): string[] {
  const objects = file
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type",
    )
    .all() as { type: string; name: string; sql: string }[];
  for (const { type, name } of objects) file.exec(`DROP ${type} ${quoteIdentifier(name)}`);
  return objects.map(({ sql }) => sql);
}

/** Rebuilds the search indexes, because the triggers that fill them were dropped during the copy. */
export function rebuildSearchIndexes(file: Connection): void {
  const names = file
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%content=%'")
    .pluck()
    .all() as string[];
  for (const name of names)
    file.exec(`INSERT INTO ${quoteIdentifier(name)} (${quoteIdentifier(name)}) VALUES ('rebuild')`);
}

/** Returns a function that inserts whole lines of COPY's text format as rows. */
export function toLineInserter(file: Connection, { name, columns }: Table): (lines: Buffer) => void {
  const columnsSql = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const placeholdersSql = columns.map(() => '?').join(', ');
  const insert = file.prepare(`INSERT INTO ${quoteIdentifier(name)} (${columnsSql}) VALUES (${placeholdersSql})`);
  const readers = columns.map(({ kind }) => storedReaders[kind]);
  return (lines) => {
    // The last line also ends with a line feed, which is cut off.
    const rows = lines.toString().slice(0, -1).split('\n');
    for (const row of rows) {
      const values: unknown[] = row.split('\t');
      for (let index = 0; index < readers.length; index++) {
        const field = values[index] as string;
        const readField = readers[index] as (field: string) => unknown;
        values[index] = field === nullField ? null : readField(field);
      }
      insert.run(values);
    }
  };
}

/** Sets the next id above the highest that was ever assigned, even if that row was deleted. */
export function continueIds(file: Connection, { name, sequence }: Table, lastId: bigint): void {
  if (!sequence || lastId < 1n) return;
  const update = file.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?').run(lastId, name);
  if (update.changes === 0) file.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(name, lastId);
}
