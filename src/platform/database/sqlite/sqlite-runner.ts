import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import { QueryFailedError, QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { sqliteBegin } from '../../internals/typeorm-begin';
import { BetterSqlite3QueryRunner, type BetterSqlite3Driver } from '../../internals/typeorm-drivers';
import { forgetTransaction, transactionDepthOf } from '../../internals/typeorm-transaction-state';
import type { BulkColumn, Cell } from '../bulk';
import type { Value } from '../columns';
import { requireTimeLeft } from '../scope/deadline';
import type { StatementResult, Runner } from '../dialect';
import { startTimer, type Observer } from '../statements/statement-observers';
import { StatementQueue, TransactionStatement } from '../statements/statement-queue';
import { insertEach } from './sqlite-bulk';
import { runObserved, type SqliteConnections } from './sqlite-connections';
import { guard, isUnguarded, WriteOutsideTransaction } from '../statements/write-guard';

const maxBlockingMs = 10;

/** The query runner of one caller. From BEGIN IMMEDIATE to the end of its transaction, no other runner can use the writer. */
export class SqliteRunner extends BetterSqlite3QueryRunner implements Runner {
  private canBegin = false;
  private isWriter = false;
  private lastYieldAt = 0;
  private readonly queue = new StatementQueue();
  private sending: Promise<void> = Promise.resolve();

  constructor(
    driver: BetterSqlite3Driver,
    private readonly connections: SqliteConnections,
    private readonly observe: Observer,
  ) {
    super(driver);
  }

  async begin(): Promise<void> {
    this.canBegin = true;
    await this.startTransaction();
  }

  override async startTransaction(): Promise<void> {
    if (!this.canBegin && !isUnguarded()) throw new WriteOutsideTransaction('BEGIN');
    if (transactionDepthOf(this) === 0) await this.acquireWriter();
    try {
      await super.startTransaction();
    } catch (error) {
      forgetTransaction(this);
      this.releaseWriter();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await this.flush();
    if (this.queue.failure) throw this.queue.failure;
    await this.yieldToEventLoop();
    await super.commitTransaction();
    // The caller must not get a success if the file was deleted or replaced before the commit.
    if (this.isWriter) this.connections.openFile.require();
    if (transactionDepthOf(this) === 0) this.releaseWriter();
  }

  override async rollbackTransaction(): Promise<void> {
    const isOutermost = transactionDepthOf(this) <= 1;
    this.queue.takeAll();
    // A concurrent call may still be sending. Its error has been thrown already.
    await this.sending.catch(() => undefined);
    this.sending = Promise.resolve();
    try {
      // After some errors, such as a full disk, SQLite has already ended the transaction, and there is nothing to roll back.
      if (this.connections.writer.connection.inTransaction) await super.rollbackTransaction();
    } finally {
      if (isOutermost) this.releaseWriter();
    }
  }

  override async release(): Promise<void> {
    if (this.isWriter) await this.rollbackTransaction();
    this.isReleased = true;
  }

  async execute(sql: string, values: readonly Value[]): Promise<StatementResult> {
    await this.flush();
    return this.run(sql, values);
  }

  enqueue(statement: TransactionStatement): void {
    this.queue.add(statement);
  }

  /** Waits also for the statements that a concurrent call has taken from the queue. */
  async flush(): Promise<void> {
    const statements = this.queue.takeAll();
    if (statements.length > 0) this.sending = this.sending.then(() => this.runEach(statements));
    await this.sending;
  }

  private async runEach(statements: readonly TransactionStatement[]): Promise<void> {
    for (const statement of statements) {
      try {
        statement.result = await this.run(statement.sql, statement.values);
      } catch (error) {
        throw this.queue.fail(statement, error);
      }
    }
  }

  private async run(sql: string, values: readonly Value[]): Promise<StatementResult> {
    requireTimeLeft(sql);
    await this.yieldToEventLoop();
    return runObserved(this.connections.writer, sql, values, this.observe);
  }

  /** Limits the caches, so that the memory does not grow with the file. Larger caches are not faster. SQLite has no timeouts to remove. */
  async prepareForBulkWork(): Promise<void> {
    for (const setting of ['cache_size = -4000', 'temp.cache_size = -2000'])
      await this.execute(`PRAGMA ${setting}`, []);
  }

  async insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix: string,
  ): Promise<void> {
    await this.flush();
    requireTimeLeft('INSERT');
    await this.yieldToEventLoop();
    insertEach(this.connections.writer, table, columns, rows, suffix);
  }

  /** Runs a statement of TypeORM. It runs on the writer if this runner has the writer, and otherwise as a read of committed rows. */
  override async query(sql: string, values: unknown[] = [], structured = false): Promise<never> {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    requireTimeLeft(sql);
    if (sql === sqliteBegin) return (await this.beginImmediate()) as never;
    if (this.isWriter) return await this.sendAfterQueue(sql, values, structured);
    guard(sql);
    if (!isUnguarded()) return this.send(sql, values, structured) as never;
    await this.acquireWriter();
    try {
      return this.send(sql, values, structured) as never;
    } finally {
      this.releaseWriter();
    }
  }

  private async sendAfterQueue(sql: string, values: unknown[], structured: boolean): Promise<never> {
    await this.flush();
    return this.send(sql, values, structured) as never;
  }

  private async beginImmediate(): Promise<void> {
    const stopTimer = startTimer(this.observe, 'BEGIN IMMEDIATE');
    await this.connections.begin().catch((error: unknown) => {
      stopTimer(0, error);
      throw error;
    });
    stopTimer(0);
  }

  private send(sql: string, values: unknown[], structured: boolean): unknown {
    const stopTimer = startTimer(this.observe, sql);
    try {
      const connection = this.isWriter ? this.connections.writer : this.connections.reader;
      const statement = connection.prepare(sql);
      const boundValues = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
      const result = new QueryResult();
      if (statement.reader) {
        result.records = statement.all(...boundValues) as never[];
        result.raw = result.records;
      } else {
        const { changes, lastInsertRowid } = statement.run(...boundValues);
        result.affected = changes;
        result.raw = lastInsertRowid;
      }
      stopTimer(result.records?.length || (result.affected ?? 0));
      return structured ? result : result.raw;
    } catch (error) {
      stopTimer(0, error);
      throw new QueryFailedError(sql, values, error as Error);
    }
  }

  /** Lets other work run. Statements block the event loop, so without this pause a long transaction would block the whole process. */
  private async yieldToEventLoop(): Promise<void> {
    if (performance.now() - this.lastYieldAt < maxBlockingMs) return;
    await nextLoopIteration();
    this.lastYieldAt = performance.now();
  }

  private async acquireWriter(): Promise<void> {
    await this.connections.writeQueue.enter();
    this.lastYieldAt = performance.now();
    this.isWriter = true;
  }

  private releaseWriter(): void {
    if (!this.isWriter) return;
    this.isWriter = false;
    forgetTransaction(this);
    this.connections.releaseWriter();
  }
}
