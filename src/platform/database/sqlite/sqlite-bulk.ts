import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { Bulk, BulkColumn, Cell, Snapshot } from '../bulk';
import type { Prepared } from './sqlite-connections';
import { ready, run } from './sqlite-connections';
import type { ColumnKind } from '../table-info';

const types: Record<ColumnKind, string> = {
  int: 'integer',
  float: 'real',
  char: 'text',
  text: 'text',
  bool: 'integer',
  instant: 'text',
  date: 'text',
  json: 'text',
};

export function sqliteBulk(file: string): Bulk {
  return {
    snapshot: (work) => onSnapshot(file, work),
    types,
    untilCommit: '',
    hold: () => null,
    analyze: () => null,
    continueIds: () => null,
    restartIds: (table) => `DELETE FROM sqlite_sequence WHERE name = '${table}'`,
    triggers: (table) => ({
      list: `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '${table}'`,
      disarm: (found) => found.map(({ name }) => `DROP TRIGGER ${name}`),
      rearm: (found) => found.map(({ sql }) => sql),
    }),
  };
}

/** One prepared statement for all rows: nothing is faster here. */
export function insertEach(
  prepared: Prepared,
  table: string,
  columns: readonly BulkColumn[],
  rows: readonly (readonly Cell[])[],
  suffix: string,
): void {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const statement = prepared.prepare(
    `INSERT INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')}) ${suffix}`,
  );
  const instants = columns.flatMap(({ kind }, at) => (kind === 'instant' ? [at] : []));
  const flags = columns.flatMap(({ kind }, at) => (kind === 'bool' ? [at] : []));
  for (const row of rows) {
    const bound = row.slice();
    for (const at of instants) bound[at] = ownInstant(bound[at] as string | null);
    for (const at of flags) bound[at] = bound[at] === null ? null : Number(bound[at]);
    // Not the list itself: its cells would be fetched through V8 one by one, a fifth slower.
    statement.run(...bound);
  }
}

/** ISO 8601 in UTC with milliseconds, in the text form of this engine. */
const ownInstant = (iso: string | null): string | null =>
  iso === null ? null : `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;

/** A connection of its own: in WAL mode its read transaction sees one moment, and nobody waits for it. */
async function onSnapshot<T>(file: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const connection = new Sqlite(file, { readonly: true, timeout: 5_000 });
  try {
    connection.exec('BEGIN');
    // The moment is that of the first read.
    connection.prepare('SELECT count(*) FROM sqlite_master').get();
    return await work({
      rows: async (sql, values = []) => run(ready(connection, sql), values).rows,
      pages: (sql, size) => pages(connection, sql, size),
    });
  } finally {
    connection.close();
  }
}

async function* pages(connection: Connection, sql: string, size: number): AsyncIterable<Record<string, unknown>[]> {
  let page: Record<string, unknown>[] = [];
  for (const row of connection.prepare(sql).iterate()) {
    page.push(row as Record<string, unknown>);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
