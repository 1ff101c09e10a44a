import { createHash } from 'node:crypto';
import { Query, type Pool, type PoolClient, type QueryResult } from 'pg';
import type { Value } from '../columns';
import type { Result } from '../dialect';
import { started, type Observer } from '../statements/statement-observers';

export interface Sending {
  nameOf(sql: string): string | undefined;
  observe: Observer;
  /** A statement that is not answered by then is given up with its connection: the server is gone, or the way to it. */
  answerLimitMs: number;
}

/** Statements of this codebase are constant texts: the server parses and plans each once a connection. */
export function statementNames(limit = 2_000): Sending['nameOf'] {
  const names = new Map<string, string>();
  return (sql) => {
    let name = names.get(sql);
    if (!name && names.size < limit) {
      name = createHash('sha1').update(sql).digest('base64url');
      names.set(sql, name);
    }
    return name;
  };
}

/** One statement on a connection of the pool, which drops that connection when the statement fails. */
export const sendTo = (pool: Pool, sql: string, values: readonly Value[], sending: Sending): Promise<Result> =>
  send(pool, sql, values, sending, { query_timeout: sending.answerLimitMs });

export async function send(
  client: Pool | PoolClient,
  sql: string,
  values: readonly Value[],
  sending: Sending,
  limits: { query_timeout?: number } = {},
): Promise<Result> {
  const ended = started(sending.observe, sql);
  try {
    // A batch has as many texts as sizes: not worth a plan each.
    const name = values.length > 60 ? undefined : sending.nameOf(sql);
    const result = await ask(client, Object.assign(new Query(sql, values.map(toPostgres)), { name }, limits));
    ended(result.rowCount ?? 0);
    return { rows: result.rows as Record<string, unknown>[], affected: result.rowCount ?? 0 };
  } catch (error) {
    ended(0, error);
    throw error;
  }
}

/** pg copies a plain object of settings member by member: a twentieth of what an ordinary read costs. */
function ask(client: Pool | PoolClient, query: Query): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const answered = (error: Error | null, result: QueryResult): void => (error ? reject(error) : resolve(result));
    void (client as PoolClient).query(query as never, answered as never);
  });
}

/** Arrays and plain objects are JSON, on both engines: pg would make a PostgreSQL array of an array. */
function toPostgres(value: Value): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date) && !Buffer.isBuffer(value);
  return isJson ? JSON.stringify(value) : value;
}
