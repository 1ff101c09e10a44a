import { createHash } from 'node:crypto';
import type { Pool, PoolClient, Query, QueryResult } from 'pg';
import { createQuery, runQuery } from '../../internals/pg-query';
import { corked } from '../../internals/pg-socket';
import type { Value } from '../columns';
import type { StatementResult } from '../statements/statement-result';
import { statementLog } from '../statements/statement-log';
import { startTimer, type Observer } from '../statements/statement-observers';
import type { TransactionStatement } from '../statements/statement-queue';

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
): Promise<StatementResult> => {
  statementLog.addRoundTrip();
  return sendWith((query) => runQuery(pool, query), sql, values, options);
};

/** Sends one statement with a function that selects the connection. */
export const sendWith = (
  run: (query: Query) => Promise<QueryResult>,
  sql: string,
  values: readonly Value[],
  options: SendOptions,
): Promise<StatementResult> => send(run, sql, toQuery(sql, values, options, options.responseTimeoutMs), options);

async function send(
  run: (query: Query) => Promise<QueryResult>,
  sql: string,
  query: Query,
  options: SendOptions,
  sender?: { lastEndedAtMs: number },
): Promise<StatementResult> {
  const stopTimer = startTimer(options.observe, sql, sender);
  try {
    const result = await run(query);
    stopTimer(result.rowCount ?? 0);
    return { rows: result.rows as Record<string, unknown>[], affected: result.rowCount ?? 0, command: result.command };
  } catch (error) {
    stopTimer(0, error);
    throw error;
  }
}

/**
 * Sends the statements of a transaction in one round trip, and waits for all of their results. After a failed statement the server
 * refuses the following ones.
 * @returns the first statement that failed, with its error
 */
export async function sendPipelined(
  client: PoolClient,
  statements: readonly TransactionStatement[],
  options: SendOptions,
): Promise<{ statement: TransactionStatement; error: unknown } | undefined> {
  statementLog.addRoundTrip();
  const sender = { lastEndedAtMs: 0 };
  // All values are converted before the first statement is sent. If that failed later, the other statements would be committed.
  const queries = statements.map(({ sql, values }) => toQuery(sql, values, options));
  const run = (query: Query): Promise<QueryResult> => runQuery(client, query);
  const outcomes = await corked(client, () =>
    Promise.allSettled(queries.map((query, index) => send(run, statements[index]!.sql, query, options, sender))),
  );
  for (const [index, outcome] of outcomes.entries()) {
    const statement = statements[index]!;
    if (outcome.status === 'rejected') return { statement, error: outcome.reason };
    statement.result = outcome.value;
  }
  return undefined;
}

/**
 * A batch is not prepared, because its text differs for each number of rows. A statement without values, such as BEGIN with its
 * settings, can consist of several commands, which cannot be prepared.
 */
function toQuery(sql: string, values: readonly Value[], options: SendOptions, timeoutMs?: number): Query {
  const name = values.length === 0 || values.length > 60 ? undefined : options.nameOf(sql);
  return createQuery(sql, values.map(toPostgresValue), name, timeoutMs);
}

/** Converts arrays and plain objects to JSON, as on SQLite. pg would convert an array to a PostgreSQL array. */
function toPostgresValue(value: Value): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date) && !Buffer.isBuffer(value);
  return isJson ? JSON.stringify(value) : value;
}
