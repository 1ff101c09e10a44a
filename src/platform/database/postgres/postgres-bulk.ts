import type { Pool, PoolClient } from 'pg';
import type { Bulk, BulkColumn, Cell, Snapshot } from '../bulk';
import type { ColumnKind } from '../table-info';
import { lateObjectsSql } from './postgres-late-objects';

const types: Record<ColumnKind, string> = {
  int: 'bigint',
  float: 'double precision',
  char: 'text',
  text: 'text',
  bool: 'boolean',
  instant: 'timestamptz(3)',
  date: 'date',
  json: 'jsonb',
};
/** The statements that remove the timeouts of a transaction and of each of its statements. */
const noTimeouts = ['SET LOCAL statement_timeout = 0', 'SET LOCAL idle_in_transaction_session_timeout = 0'];
/** Settings for statements over whole tables. Memory that the server already gives is not reduced. */
export const bulkSettings = [
  ...noTimeouts,
  'SET LOCAL jit = off',
  // The definition of an index says nothing about the default tablespace.
  "SET LOCAL default_tablespace = ''",
  ...Object.entries({ work_mem: '64MB', maintenance_work_mem: '256MB' }).map(
    ([name, size]) =>
      `SELECT set_config('${name}', '${size}', true) WHERE pg_size_bytes(current_setting('${name}')) < pg_size_bytes('${size}')`,
  ),
];

export function postgresBulk(pool: () => Pool): Bulk {
  return {
    snapshot: (work) => onSnapshot(pool(), work),
    types,
    dropOnCommitSql: 'ON COMMIT DROP',
    lockTablesSql: (tables, changesSchema = false) =>
      `LOCK TABLE ${tables.join(', ')} IN ${changesSchema ? 'ACCESS' : 'SHARE ROW'} EXCLUSIVE MODE`,
    lateObjectsSql,
    analyzeSql,
    continueIdsSql: (table) =>
      `SELECT setval(s.name, GREATEST(nextval(s.name), (SELECT max(id) FROM ${table})))
       FROM (SELECT pg_get_serial_sequence('${table}', 'id')::regclass AS name) AS s`,
    restartIdsSql: (table) => `SELECT setval(pg_get_serial_sequence('${table}', 'id'), 1, false)`,
    triggers: (table) => ({
      listSql: null,
      disableSql: () => [`ALTER TABLE ${table} DISABLE TRIGGER USER`],
      enableSql: () => [`ALTER TABLE ${table} ENABLE TRIGGER USER`],
    }),
  };
}

function analyzeSql(table: string, columns: readonly BulkColumn[]): string {
  const analyzedColumns = columns.filter(({ kind }) => kind !== 'json');
  // Without a list of columns, the statistics of the expressions of indexes are updated too.
  if (analyzedColumns.length === columns.length) return `ANALYZE ${table}`;
  return `ANALYZE ${table} (${analyzedColumns.map(({ name }) => `"${name}"`).join(', ')})`;
}

/** An INSERT of many rows, which are one JSON parameter, so that the statement's text does not depend on the number of rows. */
export function jsonInsert(table: string, columns: readonly BulkColumn[]): string {
  const names = columns.map(({ name }) => `"${name}"`);
  const values = columns.map(({ kind }, index) => `(r ->> ${index})::${types[kind]}`);
  return `INSERT INTO ${table} (${names.join(', ')})
    SELECT ${values.join(', ')} FROM json_array_elements($1::json) AS r`;
}

async function onSnapshot<T>(pool: Pool, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const statement of noTimeouts) await client.query(statement);
    return await work({
      rows: async (sql, values = []) => (await client.query(sql, values as Cell[])).rows as Record<string, unknown>[],
      pages: (sql, size) => readPages(client, sql, size),
    });
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

let cursorCount = 0;

async function* readPages(client: PoolClient, sql: string, size: number): AsyncIterable<Record<string, unknown>[]> {
  cursorCount++;
  const cursor = `pages_${cursorCount}`;
  await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`);
  for (;;) {
    const { rows } = await client.query(`FETCH ${size} FROM ${cursor}`);
    if (rows.length === 0) break;
    yield rows as Record<string, unknown>[];
  }
  await client.query(`CLOSE ${cursor}`);
}
