import type { PoolClient } from 'pg';
import type { ReplicationMode } from 'typeorm';
import { postgresBegin, postgresCommit } from '../../internals/typeorm-begin';
import { PostgresQueryRunner, type PostgresDriver } from '../../internals/typeorm-drivers';
import { destroySocket } from '../../internals/pg-socket';
import { transactionDepthOf } from '../../internals/typeorm-transaction-state';
import type { BulkColumn, Cell } from '../bulk';
import type { Value } from '../columns';
import { isRollback, requireTimeLeft, remainingTimeMs } from '../scope/deadline';
import type { Runner } from '../dialect';
import type { StatementResult } from '../statements/statement-result';
import { statementLog } from '../statements/statement-log';
import { startTimer } from '../statements/statement-observers';
import { StatementQueue, TransactionStatement } from '../statements/statement-queue';
import { bulkSettings, jsonInsert } from './postgres-bulk';
import { copyRows } from './postgres-copy';
import { sendPipelined, type SendOptions } from './postgres-statements';
import { guard, isRead, isUnguarded, WriteOutsideTransaction } from '../statements/write-guard';

export interface RunnerOptions extends SendOptions {
  /** The SET LOCAL statements that are sent with BEGIN. They are needed behind a pooler, which does not keep the settings of a session. */
  timeoutsSql: string;
  /** Called when a statement got no response within its timeout. */
  onResponseTimeout: () => void;
}

/** How long a migration waits for the lock on a table. Later statements on the table wait as long. */
const lockTimeoutMs = 2_000;

/**
 * TypeORM's query runner with the checks of `write-guard.ts` and with direct methods for hand-written statements. The BEGIN of a
 * transaction of `Database` is enqueued, so it is sent with the first statement. A transaction without statements sends nothing.
 */
export class PostgresRunner extends PostgresQueryRunner implements Runner {
  private canBegin = false;
  /** Ends when the server has started the transaction. Undefined before BEGIN is sent. */
  private begun: Promise<void> | undefined;
  private readonly queue = new StatementQueue();
  /** Ends when the statements that were sent last have their results, and so also all statements before. */
  private sending: Promise<void> | undefined;
  private hasNoTimeouts = false;

  constructor(
    driver: PostgresDriver,
    mode: ReplicationMode,
    private readonly options: RunnerOptions,
  ) {
    super(driver, mode);
  }

  async begin(): Promise<void> {
    this.canBegin = true;
    await this.startTransaction();
  }

  override async startTransaction(): Promise<void> {
    if (!this.canBegin && !isUnguarded()) throw new WriteOutsideTransaction('BEGIN');
    await super.startTransaction();
    // A migration may take longer than a request, but its lock timeout is short, so that requests do not wait behind it.
    if (isUnguarded() && transactionDepthOf(this) === 1)
      await this.query(
        `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = ${lockTimeoutMs}`,
      );
  }

  async execute(sql: string, values: readonly Value[]): Promise<StatementResult> {
    const statement = new TransactionStatement(sql, values);
    await this.send([...this.queue.takeAll(), statement]);
    return statement.requireResult();
  }

  enqueue(statement: TransactionStatement): void {
    this.queue.add(statement);
  }

  /** Waits also for the statements that a concurrent call has taken from the queue. */
  async flush(): Promise<void> {
    if (this.queue.isEmpty) await this.sending;
    else await this.send(this.queue.takeAll());
  }

  async prepareForBulkWork(): Promise<void> {
    this.hasNoTimeouts = true;
    for (const statement of bulkSettings) this.enqueue(new TransactionStatement(statement, []));
    await this.flush();
  }

  async insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix: string,
  ): Promise<void> {
    if (suffix !== '') {
      await this.execute(`${jsonInsert(table, columns)} ${suffix}`, [JSON.stringify(rows)]);
      return;
    }
    await this.flush();
    requireTimeLeft('COPY');
    const client = (await this.connect()) as PoolClient;
    await this.withResponseTimeout(client, [{ sql: 'COPY' }], () =>
      copyRows(client, table, columns, rows, this.options.observe),
    );
  }

  override async query(sql: string, values?: unknown[], structured?: boolean): Promise<never> {
    if (this.canBegin) {
      if (sql === postgresBegin)
        return this.enqueue(new TransactionStatement(sql + this.options.timeoutsSql, [])) as never;
      if (sql === postgresCommit) return (await this.commit()) as never;
      if (!isRollback(sql)) await this.flush();
      else {
        // A concurrent call may still wait for the connection, which must be given back after its statement.
        await this.sending?.catch(() => undefined);
        if (!this.begun) return undefined as never;
      }
    }
    if (!this.isTransactionActive && sql !== postgresBegin) guard(sql);
    // TypeORM releases a runner whose connection broke. Its own error message would not mention the connection.
    if (this.isReleased) throw new Error('Connection terminated before the end of the transaction');
    requireTimeLeft(sql);
    const client = (await this.connect()) as PoolClient;
    statementLog.addRoundTrip();
    const stopTimer = startTimer(this.options.observe, sql);
    try {
      const sendText = (): Promise<unknown> => super.query(sql, values as never, structured);
      const result = await this.withResponseTimeout(client, [{ sql }], sendText);
      stopTimer(rowCountOf(result));
      return result as never;
    } catch (error) {
      stopTimer(0, error);
      throw error;
    }
  }

  /** @throws Error if the server has rolled the transaction back, which it does after a failed statement whose error was caught */
  private async commit(): Promise<void> {
    if (this.queue.failure) throw this.queue.failure;
    const commit = new TransactionStatement(postgresCommit, []);
    const statements = this.queue.takeAll();
    const isOnlyBegin = !this.begun && statements.length <= 1;
    if (isOnlyBegin) return;
    await this.send([...statements, commit]);
    if (commit.requireResult().command !== 'COMMIT')
      throw new Error('The transaction was rolled back, because a statement had failed');
  }

  private send(statements: readonly TransactionStatement[]): Promise<void> {
    this.sending = this.sendAndWait(statements).catch((error: unknown) => {
      // The statements have left the queue, so nothing may be committed without them, even if a caller catches the error.
      this.queue.failure ??= error;
      throw this.queue.failure;
    });
    return this.sending;
  }

  private async sendAndWait(statements: readonly TransactionStatement[]): Promise<void> {
    if (this.queue.failure) throw this.queue.failure;
    const { sql } = statements.at(-1)!;
    requireTimeLeft(sql);
    if (this.isReleased) throw new Error('Connection terminated before the end of the transaction');
    const client = (await this.connect()) as PoolClient;
    if (this.begun) {
      await this.begun;
      return this.sendBatch(client, statements);
    }
    const [begin, ...others] = statements as [TransactionStatement, ...TransactionStatement[]];
    // If BEGIN failed, for example because an operator cancelled it, the server would commit each following write by itself.
    const isSentWithBegin = others.every((statement) => isRead(statement.sql));
    this.begun = this.sendBatch(client, isSentWithBegin ? statements : [begin]);
    await this.begun;
    if (!isSentWithBegin) await this.sendBatch(client, others);
  }

  private sendBatch(client: PoolClient, statements: readonly TransactionStatement[]): Promise<void> {
    return this.withResponseTimeout(client, statements, async () => {
      const failed = await sendPipelined(client, statements, this.options);
      if (failed) throw this.queue.recordFailure(failed.statement, failed.error);
    });
  }

  /** Closes the connection after a timeout, because every later statement on it, even a ROLLBACK, would wait for the same response. */
  private async withResponseTimeout<T>(
    client: PoolClient,
    statements: readonly { sql: string }[],
    work: () => Promise<T>,
  ): Promise<T> {
    if (this.hasNoTimeouts || isUnguarded()) return work();
    const { onResponseTimeout } = this.options;
    const responseTimeoutMs = this.options.responseTimeoutMs * statements.length;
    const timer = setTimeout(
      () => {
        onResponseTimeout();
        destroySocket(client);
      },
      isRollback(statements[0]!.sql) ? responseTimeoutMs : remainingTimeMs(responseTimeoutMs),
    );
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** TypeORM returns the rows, or `[rows, count]`, or an object with both. */
function rowCountOf(result: unknown): number {
  if (Array.isArray(result)) return typeof result[1] === 'number' ? result[1] : result.length;
  const { records, affected } = (result ?? {}) as { records?: unknown[]; affected?: number | null };
  return records?.length || (affected ?? 0);
}
