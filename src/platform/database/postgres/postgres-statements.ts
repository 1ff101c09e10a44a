import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { createQuery, runQuery } from '../../internals/pg-query';
import { corked } from '../../internals/pg-socket';
import type { Value } from '../columns';
import type { StatementResult } from '../dialect';
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
  return send(pool, sql, values, options, options.responseTimeoutMs);
};

async function send(
  client: Pool | PoolClient,
  sql: string,
  values: readonly Value[],
  options: SendOptions,
  timeoutMs?: number,
): Promise<StatementResult> {
  const stopTimer = startTimer(options.observe, sql);
  try {
    // A batch is not prepared, because its text differs for each number of rows.
    const name = values.length > 60 ? undefined : options.nameOf(sql);
    const result = await runQuery(client, createQuery(sql, values.map(toPostgresValue), name, timeoutMs));
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
export async function sendTogether(
  client: PoolClient,
  statements: readonly TransactionStatement[],
  options: SendOptions,
): Promise<{ statement: TransactionStatement; error: unknown } | undefined> {
  statementLog.addRoundTrip();
  const outcomes = await corked(client, () =>
    Promise.allSettled(statements.map(({ sql, values }) => send(client, sql, values, options))),
  );
  for (const [index, outcome] of outcomes.entries()) {
    const statement = statements[index]!;
    if (outcome.status === 'rejected') return { statement, error: outcome.reason };
    statement.result = outcome.value;
  }
  return undefined;
}

/** Converts arrays and plain objects to JSON, as on SQLite. pg would convert an array to a PostgreSQL array. */
function toPostgresValue(value: Value): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date) && !Buffer.isBuffer(value);
  return isJson ? JSON.stringify(value) : value;
}
