import { setImmediate as turn } from 'node:timers/promises';
import { QueryFailedError, QueryResult, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner';
import type { BulkColumn, Cell } from '../bulk';
import type { Value } from '../columns';
import { requireTime } from '../deadline';
import type { Result, Runner } from '../dialect';
import { started, type Observer } from '../statements/statement-observers';
import { insertEach } from './sqlite-bulk';
import { observedRun, type SqliteConnections } from './sqlite-connections';
import { guard, isUnguarded, WriteOutsideTransaction } from '../statements/write-guard';

const aloneMs = 10;

/** One caller's way to an SQLite file: it holds the lane from BEGIN IMMEDIATE to the end of its transaction. */
export class LaneRunner extends BetterSqlite3QueryRunner implements Runner {
  private mayBegin = false;
  private inLane = false;
  private aloneSince = 0;

  constructor(
    driver: BetterSqlite3Driver,
    private readonly connections: SqliteConnections,
    private readonly observe: Observer,
  ) {
    super(driver);
  }

  async begin(): Promise<void> {
    this.mayBegin = true;
    await this.startTransaction();
  }

  override async startTransaction(): Promise<void> {
    if (!this.mayBegin && !isUnguarded()) throw new WriteOutsideTransaction('BEGIN');
    if (this.transactionDepth === 0) await this.enter();
    try {
      await super.startTransaction();
    } catch (error) {
      this.isTransactionActive = false;
      this.leave();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await this.letOthersIn();
    await super.commitTransaction();
    // Before anybody is told that it is kept.
    if (this.inLane) this.connections.openFile.require();
    if (this.transactionDepth === 0) this.leave();
  }

  override async rollbackTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1;
    try {
      // Some errors (a full disk, for one) end the transaction inside SQLite: then there is nothing to roll back.
      if (this.connections.writer.connection.inTransaction) await super.rollbackTransaction();
    } finally {
      if (outermost) this.leave();
    }
  }

  override async release(): Promise<void> {
    if (this.inLane) await this.rollbackTransaction();
    this.isReleased = true;
  }

  async execute(sql: string, values: readonly Value[]): Promise<Result> {
    requireTime(sql);
    await this.letOthersIn();
    return observedRun(this.connections.writer, sql, values, this.observe);
  }

  /** No limits here. Small caches: the memory of a load must not grow with its file, and larger ones are no faster. */
  async patiently(): Promise<void> {
    for (const limit of ['cache_size = -4000', 'temp.cache_size = -2000']) await this.execute(`PRAGMA ${limit}`, []);
  }

  async insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix: string,
  ): Promise<void> {
    requireTime('INSERT');
    await this.letOthersIn();
    insertEach(this.connections.writer, table, columns, rows, suffix);
  }

  /** TypeORM's own statements: on the writer inside the lane, else a read of committed rows. */
  override async query(sql: string, values: unknown[] = [], structured = false): Promise<never> {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    requireTime(sql);
    if (sql === 'BEGIN TRANSACTION') return (await this.takeFile()) as never;
    if (this.inLane) return this.send(sql, values, structured) as never;
    guard(sql);
    if (!isUnguarded()) return this.send(sql, values, structured) as never;
    await this.enter();
    try {
      return this.send(sql, values, structured) as never;
    } finally {
      this.leave();
    }
  }

  private async takeFile(): Promise<void> {
    const ended = started(this.observe, 'BEGIN IMMEDIATE');
    await this.connections.begin().catch((error: unknown) => {
      ended(0, error);
      throw error;
    });
    ended(0);
  }

  private send(sql: string, values: unknown[], structured: boolean): unknown {
    const ended = started(this.observe, sql);
    try {
      const connection = this.inLane ? this.connections.writer : this.connections.reader;
      const statement = connection.prepare(sql);
      const bound = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
      const result = new QueryResult();
      if (statement.reader) {
        result.records = statement.all(...bound) as never[];
        result.raw = result.records;
      } else {
        const { changes, lastInsertRowid } = statement.run(...bound);
        result.affected = changes;
        result.raw = lastInsertRowid;
      }
      ended(result.records?.length || (result.affected ?? 0));
      return structured ? result : result.raw;
    } catch (error) {
      ended(0, error);
      throw new QueryFailedError(sql, values, error as Error);
    }
  }

  /** Statements run on the event loop, and between them only what was promised: a long transaction would silence the process to its end. */
  private async letOthersIn(): Promise<void> {
    if (performance.now() - this.aloneSince < aloneMs) return;
    await turn();
    this.aloneSince = performance.now();
  }

  private async enter(): Promise<void> {
    await this.connections.lane.enter();
    this.aloneSince = performance.now();
    this.inLane = true;
  }

  private leave(): void {
    if (!this.inLane) return;
    this.inLane = false;
    this.isTransactionActive = false;
    this.transactionDepth = 0;
    this.connections.leaveLane();
  }
}
