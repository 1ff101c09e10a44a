import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { Bulk, BulkColumn, Cell, Snapshot } from '../bulk';
import type { StatementCache } from './sqlite-connections';
import { prepareStatement, run } from './sqlite-connections';
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
    dropOnCommitSql: '',
    lockTablesSql: () => null,
    lateObjectsSql: () => null,
    analyzeSql: () => null,
    continueIdsSql: () => null,
    restartIdsSql: (table) => `DELETE FROM sqlite_sequence WHERE name = '${table}'`,
    triggers: (table) => ({
      listSql: `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '${table}'`,
      disableSql: (triggers) => triggers.map(({ name }) => `DROP TRIGGER ${name}`),
      enableSql: (triggers) => triggers.map(({ sql }) => sql),
    }),
  };
}

/** Runs one prepared statement for each row, because that is the fastest way on SQLite. */
export function insertEach(
  prepared: StatementCache,
  table: string,
  columns: readonly BulkColumn[],
  rows: readonly (readonly Cell[])[],
  suffix: string,
): void {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const questionMarks = columns.map(() => '?').join(', ');
  const statement = prepared.prepare(`INSERT INTO ${table} (${names}) VALUES (${questionMarks}) ${suffix}`);
  const instantIndexes = indexesOf(columns, 'instant');
  const booleanIndexes = indexesOf(columns, 'bool');
  for (const row of rows) {
    const values = row.slice();
    for (const index of instantIndexes) values[index] = toSqliteInstant(values[index] as string | null);
    for (const index of booleanIndexes) values[index] = values[index] === null ? null : Number(values[index]);
    // The values are spread. Binding them as one array is a fifth slower, because the driver then fetches each value through V8.
    statement.run(...values);
  }
}

function indexesOf(columns: readonly BulkColumn[], kind: ColumnKind): number[] {
  return [...columns.keys()].filter((index) => columns[index]!.kind === kind);
}

/** Converts ISO 8601 in UTC with milliseconds to the text that SQLite stores for an instant. */
const toSqliteInstant = (iso: string | null): string | null =>
  iso === null ? null : `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;

/** Reads on a separate connection. In WAL mode its read transaction sees one state of the database and blocks no other transaction. */
async function onSnapshot<T>(file: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const connection = new Sqlite(file, { readonly: true, timeout: 5_000 });
  try {
    connection.exec('BEGIN');
    // The snapshot begins with the first read, not with BEGIN.
    connection.prepare('SELECT count(*) FROM sqlite_master').get();
    return await work({
      rows: async (sql, values = []) => run(prepareStatement(connection, sql), values).rows,
      pages: (sql, size) => readPages(connection, sql, size),
    });
  } finally {
    connection.close();
  }
}

async function* readPages(connection: Connection, sql: string, size: number): AsyncIterable<Record<string, unknown>[]> {
  let page: Record<string, unknown>[] = [];
  for (const row of connection.prepare(sql).iterate()) {
    page.push(row as Record<string, unknown>);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
