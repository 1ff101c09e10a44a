import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { DatabaseUnavailable, RequestTimedOut } from '../errors/unavailable.errors';
import type { BulkColumn, Cell } from './bulk';
import { currentScope, inScope } from './scope/call-scope';
import { decodeRows, type Row, type Shape, type Value } from './columns';
import { DeadlinePassed } from './scope/deadline';
import type { Dialect, Runner } from './dialect';
import { tablesOf, type TableInfo } from './table-info';
import { RetryTransaction } from './retry-transaction';
import { TransactionStatement } from './statements/statement-queue';
import { currentUnit, inUnit, outsideUnits, UnitOfWork, type Effect } from './scope/unit-of-work';

const maxAttempts = 8;

/** Runs transactions and hand-written statements. No other class begins a transaction. */
@Injectable()
export class Database {
  constructor(readonly dialect: Dialect) {}

  /**
   * Runs `work` in a transaction. If one is open, `work` becomes a part of it. Otherwise this method begins one, commits it and then
   * runs the after-commit effects. After a deadlock, a serialization failure or a `RetryTransaction`, `work` runs again from its
   * start, so it must change nothing outside the database. If `work` throws in an open transaction, all of that is rolled back.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const open = currentUnit();
    if (open && !open.isEnded) return joinTransaction(open, work);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.runOnce(work);
      } catch (error) {
        if (attempt === maxAttempts || !this.canRetry(error, attempt)) throw this.toUnavailableError(error);
        currentScope()?.resetCounts();
        const maxBackoffMs = 10 * 2 ** attempt;
        await sleep(Math.random() * maxBackoffMs);
      }
    }
  }

  /**
   * Lets a replica, if one is reachable, execute the statements of `work` that are outside a transaction. Their rows may be a little
   * out of date. After a commit of the same request the primary executes them, so that a client sees its own write.
   */
  readFromReplica<T>(work: () => Promise<T>): Promise<T> {
    const scope = currentScope();
    return scope ? inScope(scope.allowingReplica(), work) : work();
  }

  /** Registers an effect to run after the commit. The effect is lost if the process dies, so nothing may depend on it. */
  afterCommit(effect: Effect): void {
    this.unit().afterCommit.push(effect);
  }

  /** Registers an effect to run once, just before the commit. It may write. */
  beforeCommit(effect: Effect): void {
    this.unit().beforeCommit.push(effect);
  }

  /** The open transaction. @throws Error if there is none */
  unit(): UnitOfWork {
    const unit = currentUnit();
    if (!unit || unit.isEnded) throw new Error('There is no open transaction: begin one with database.transaction()');
    return unit;
  }

  get inTransaction(): boolean {
    const unit = currentUnit();
    return unit !== undefined && !unit.isEnded;
  }

  async rows<S extends Shape>(shape: S, sql: string, values: readonly Value[] = []): Promise<Row<S>[]> {
    const { rows } = await this.send(sql, values);
    return decodeRows(shape, rows);
  }

  async row<S extends Shape>(shape: S, sql: string, values: readonly Value[] = []): Promise<Row<S> | undefined> {
    return (await this.rows(shape, sql, values))[0];
  }

  /** Runs a statement. @returns the number of rows it changed */
  async run(sql: string, values: readonly Value[] = []): Promise<number> {
    return (await this.send(sql, values)).affected;
  }

  /**
   * Adds a statement to the open transaction, which is sent before the transaction's next statement or before its COMMIT. On
   * PostgreSQL they travel in one round trip. If the statement fails, the next statement or the commit throws its error. A
   * `transaction()` that is a part of another one sends it before it returns.
   * @param toError converts the engine's error
   * @returns a function that returns the rows after the statement was sent
   */
  enqueue<S extends Shape>(
    shape: S,
    sql: string,
    values: readonly Value[],
    toError?: (error: unknown) => unknown,
  ): () => Row<S>[] {
    const statement = new TransactionStatement(sql, values, toError);
    this.unit().runner.enqueue(statement);
    return () => decodeRows(shape, statement.sentResult.rows);
  }

  /** Sends the statements of the open transaction that wait for the next one. */
  flush(): Promise<void> {
    return this.unit().runner.flush();
  }

  /** Removes the timeouts of the open transaction and of its statements, because bulk work takes long. */
  prepareForBulkWork(): Promise<void> {
    return this.unit().runner.prepareForBulkWork();
  }

  /** Inserts many rows, inside a transaction only. `suffix` is SQL after the values, such as an ON CONFLICT clause. */
  async insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix = '',
  ): Promise<void> {
    await this.unit().runner.insertMany(table, columns, rows, suffix);
  }

  /** Every table that has an entity. */
  get tables(): TableInfo[] {
    return tablesOf(this.dialect.dataSource);
  }

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    const unit = currentUnit();
    const manager = unit && !unit.isEnded ? unit.runner.manager : this.dialect.dataSource.manager;
    return manager.getRepository(entity);
  }

  /** Locks a number until the transaction ends, so that transactions with the same key run one after another. */
  async lockKey(key: number): Promise<void> {
    const lockSql = this.dialect.keyLockSql(key);
    if (lockSql) await this.send(lockSql, []);
  }

  /** Resolves when the database responds. */
  async ping(): Promise<void> {
    await outsideUnits(() => this.dialect.ping()).catch((error: unknown) => {
      throw this.toUnavailableError(error);
    });
  }

  private async send(
    sql: string,
    values: readonly Value[],
  ): Promise<{ rows: Record<string, unknown>[]; affected: number }> {
    const unit = currentUnit();
    if (unit && !unit.isEnded) return unit.runner.execute(sql, values);
    try {
      if (currentScope()?.mayReadReplica) return await this.dialect.readFromReplica(sql, values);
      return await this.dialect.read(sql, values);
    } catch (error) {
      throw this.toUnavailableError(error);
    }
  }

  private async runOnce<T>(work: () => Promise<T>): Promise<T> {
    const unit = new UnitOfWork(this.dialect.dataSource.createQueryRunner() as Runner);
    const result = await inUnit(unit, () => this.commit(unit, work));
    currentScope()?.markWrite();
    await outsideUnits(() => runAfterCommit(unit.afterCommit));
    return result;
  }

  private async commit<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
    try {
      await unit.runner.begin();
      const result = await work();
      if (unit.fatalError) throw unit.fatalError;
      for (const effect of unit.beforeCommit) await effect();
      await currentScope()?.fence?.();
      await unit.runner.commitTransaction();
      return result;
    } catch (error) {
      await unit.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      unit.isEnded = true;
      await unit.runner.release();
    }
  }

  private canRetry(error: unknown, attempt: number): boolean {
    if (error instanceof RetryTransaction || this.dialect.isTransient(error)) return true;
    // If the referenced row was deleted meanwhile, the retry finds that out and reports it. If the row never existed, the retry fails again.
    return attempt < 3 && this.dialect.isStaleReference(error);
  }

  private toUnavailableError(error: unknown): unknown {
    if (error instanceof DeadlinePassed) return new RequestTimedOut(error);
    const isTooBusy = error instanceof RetryTransaction || this.dialect.isTransient(error);
    if (isTooBusy || this.dialect.isUnavailable(error)) return new DatabaseUnavailable(error);
    return error;
  }
}

/** A failed effect is logged and not thrown, because the transaction is already committed. */
async function runAfterCommit(effects: Effect[]): Promise<void> {
  for (const effect of effects) {
    try {
      await effect();
    } catch (error) {
      new Logger('Database').error('An after-commit effect failed', error);
    }
  }
}

/** Sends the statements that `work` has enqueued, because its caller may read their results. */
async function joinTransaction<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    await unit.runner.flush();
    return result;
  } catch (error) {
    unit.fatalError ??= error;
    throw error;
  }
}
