import type { PoolClient } from 'pg';
import type { ReplicationMode } from 'typeorm';
import { postgresBegin, postgresCommit } from '../../internals/typeorm-begin';
import { PostgresQueryRunner, type PostgresDriver } from '../../internals/typeorm-drivers';
import { destroySocket } from '../../internals/pg-socket';
import { transactionDepthOf } from '../../internals/typeorm-transaction-state';
import type { BulkColumn, Cell } from '../bulk';
import type { Value } from '../columns';
import { isRollback, requireTimeLeft, remainingTimeMs } from '../scope/deadline';
import type { StatementResult, Runner } from '../dialect';
import { startTimer } from '../statements/statement-observers';
import { StatementQueue, TransactionStatement } from '../statements/statement-queue';
import { bulkSettings, jsonInsert } from './postgres-bulk';
import { copyRows } from './postgres-copy';
import { sendTogether, type SendOptions } from './postgres-statements';
import { guard, isUnguarded, WriteOutsideTransaction } from '../statements/write-guard';

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
 * transaction of `Database` is enqueued, so it travels with the first statement. A transaction without statements sends nothing.
 */
export class PostgresRunner extends PostgresQueryRunner implements Runner {
  private canBegin = false;
  private hasBegun = false;
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
    await this.sendAll([...this.queue.takeAll(), statement]);
    return statement.sentResult;
  }

  enqueue(statement: TransactionStatement): void {
    this.queue.add(statement);
  }

  /** Waits also for the statements that a concurrent call has taken from the queue. */
  async flush(): Promise<void> {
    if (this.queue.isEmpty) await this.sending;
    else await this.sendAll(this.queue.takeAll());
  }

  async prepareForBulkWork(): Promise<void> {
    this.hasNoTimeouts = true;
    for (const statement of bulkSettings) await this.execute(statement, []);
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
    await this.withResponseTimeout(client, 'COPY', () => copyRows(client, table, columns, rows, this.options.observe));
  }

  override async query(sql: string, values?: unknown[], structured?: boolean): Promise<never> {
    if (this.canBegin) {
      if (sql === postgresBegin)
        return this.enqueue(new TransactionStatement(sql + this.options.timeoutsSql, [])) as never;
      if (sql === postgresCommit) return (await this.commit()) as never;
      if (!isRollback(sql)) await this.flush();
      else if (!this.hasBegun) return undefined as never;
    }
    if (!this.isTransactionActive && sql !== postgresBegin) guard(sql);
    // TypeORM releases a runner whose connection broke. Its own error message would not mention the connection.
    if (this.isReleased) throw new Error('Connection terminated before the end of the transaction');
    requireTimeLeft(sql);
    const client = (await this.connect()) as PoolClient;
    const stopTimer = startTimer(this.options.observe, sql);
    try {
      const sendText = (): Promise<unknown> => super.query(sql, values as never, structured);
      const result = await this.withResponseTimeout(client, sql, sendText);
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
    if (!this.hasBegun && statements.length <= 1) return;
    await this.sendAll([...statements, commit]);
    if (commit.sentResult.command !== 'COMMIT')
      throw new Error('The transaction was rolled back, because a statement had failed');
  }

  private sendAll(statements: readonly TransactionStatement[]): Promise<void> {
    this.sending = this.sendTogether(statements);
    return this.sending;
  }

  private async sendTogether(statements: readonly TransactionStatement[]): Promise<void> {
    const { sql } = statements.at(-1)!;
    requireTimeLeft(sql);
    if (this.isReleased) throw new Error('Connection terminated before the end of the transaction');
    const client = (await this.connect()) as PoolClient;
    this.hasBegun = true;
    await this.withResponseTimeout(client, sql, async () => {
      const failed = await sendTogether(client, statements, this.options);
      if (failed) throw this.queue.fail(failed.statement, failed.error);
    });
  }

  /** Closes the connection after a timeout, because every later statement on it, even a ROLLBACK, would wait for the same response. */
  private async withResponseTimeout<T>(client: PoolClient, sql: string, work: () => Promise<T>): Promise<T> {
    if (this.hasNoTimeouts || isUnguarded()) return work();
    const { responseTimeoutMs, onResponseTimeout } = this.options;
    const timer = setTimeout(
      () => {
        onResponseTimeout();
        destroySocket(client);
      },
      isRollback(sql) ? responseTimeoutMs : remainingTimeMs(responseTimeoutMs),
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
