import { createHash } from 'node:crypto';
import { Query, type Pool, type PoolClient, type QueryResult } from 'pg';
import type { Value } from '../columns';
import type { StatementResult } from '../dialect';
import { startTimer, type Observer } from '../statements/statement-observers';

export interface SendOptions {
  nameOf(sql: string): string | undefined;
  observe: Observer;
  /** If a statement has no response after this time, its connection is closed, because the server or the network is down. */
  responseTimeoutMs: number;
}

/** Names the prepared statements. The SQL texts of this program are constant, so the server parses each only once for a connection. */
export function statementNames(maxCount = 2_000): SendOptions['nameOf'] {
  const names = new Map<string, string>();
  return (sql) => {
    let name = names.get(sql);
    if (!name && names.size < maxCount) {
      name = createHash('sha1').update(sql).digest('base64url');
      names.set(sql, name);
    }
    return name;
  };
}

/** Sends one statement on a connection of the pool. The pool closes that connection if the statement gets no response. */
export const sendTo = (
  pool: Pool,
  sql: string,
  values: readonly Value[],
  options: SendOptions,
): Promise<StatementResult> => send(pool, sql, values, options, { query_timeout: options.responseTimeoutMs });

export async function send(
  client: Pool | PoolClient,
  sql: string,
  values: readonly Value[],
  options: SendOptions,
  timeouts: { query_timeout?: number } = {},
): Promise<StatementResult> {
  const stopTimer = startTimer(options.observe, sql);
  try {
    // A batch is not prepared, because its text differs for each number of rows.
    const name = values.length > 60 ? undefined : options.nameOf(sql);
    const query = Object.assign(new Query(sql, values.map(toPostgresValue)), { name }, timeouts);
    const result = await runQuery(client, query);
    stopTimer(result.rowCount ?? 0);
    return { rows: result.rows as Record<string, unknown>[], affected: result.rowCount ?? 0 };
  } catch (error) {
    stopTimer(0, error);
    throw error;
  }
}

/** Passes a `Query` object, because pg would copy a plain object member by member, which takes a twentieth of the time of a simple read. */
function runQuery(client: Pool | PoolClient, query: Query): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const callback = (error: Error | null, result: QueryResult): void => (error ? reject(error) : resolve(result));
    void (client as PoolClient).query(query as never, callback as never);
  });
}

/** Converts arrays and plain objects to JSON, as on SQLite. pg would convert an array to a PostgreSQL array. */
function toPostgresValue(value: Value): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date) && !Buffer.isBuffer(value);
  return isJson ? JSON.stringify(value) : value;
}
