import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { DatabaseUnavailable, RequestTimedOut } from '../errors/unavailable.errors';
import type { BulkColumn, Cell } from './bulk';
import { currentScope, inScope } from './call-scope';
import { decodeRows, type Row, type Shape, type Value } from './columns';
import { DeadlinePassed } from './deadline';
import type { Dialect, Runner } from './dialect';
import { tablesOf, type TableInfo } from './table-info';
import { TryAgain } from './retry-transaction';
import { currentUnit, inUnit, outsideUnits, UnitOfWork, type Effect } from './unit-of-work';

const attempts = 8;

/** The way to the data: the only place that begins a transaction, and the short way for hand-written statements. */
@Injectable()
export class Database {
  constructor(readonly dialect: Dialect) {}

  /**
   * Runs `work` in a transaction: joins the open one, or begins one, commits it, and then runs the after-commit effects.
   * When the engine asks for another try (deadlock, serialization failure), or `TryAgain` does, all of `work` runs again, so it
   * must touch nothing but the database. An error that crosses a joined call dooms the whole transaction.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const open = currentUnit();
    if (open && !open.over) return joined(open, work);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt === attempts || !this.mayRetry(error, attempt)) throw this.translated(error);
        currentScope()?.startOver();
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /**
   * Reads that may be a little behind: each statement of `work` outside a transaction is answered by a replica where one is in
   * reach. Never after a commit of the same request: who has just written sees it.
   */
  lagging<T>(work: () => Promise<T>): Promise<T> {
    const scope = currentScope();
    return scope ? inScope(scope.lagging(), work) : work();
  }

  /** Something for after the commit, that may be lost if the process dies: a wake-up call, never a duty. */
  afterCommit(effect: Effect): void {
    this.unit().afterCommit.push(effect);
  }

  /** Something that ends this transaction's writes, once, just before the commit. */
  beforeCommit(effect: Effect): void {
    this.unit().beforeCommit.push(effect);
  }

  /** The open transaction; an error where there is none. */
  unit(): UnitOfWork {
    const unit = currentUnit();
    if (!unit || unit.over) throw new Error('There is no open transaction: begin one with database.transaction()');
    return unit;
  }

  get inTransaction(): boolean {
    const unit = currentUnit();
    return unit !== undefined && !unit.over;
  }

  async rows<S extends Shape>(shape: S, sql: string, values: readonly Value[] = []): Promise<Row<S>[]> {
    const { rows } = await this.send(sql, values);
    return decodeRows(shape, rows);
  }

  async row<S extends Shape>(shape: S, sql: string, values: readonly Value[] = []): Promise<Row<S> | undefined> {
    return (await this.rows(shape, sql, values))[0];
  }

  /** Runs a statement; gives the number of rows it changed. */
  async run(sql: string, values: readonly Value[] = []): Promise<number> {
    return (await this.send(sql, values)).affected;
  }

  /** For bulk work: the open transaction may last, and each of its statements. */
  patiently(): Promise<void> {
    return this.unit().runner.patiently();
  }

  /** Inserts many rows; inside a transaction only. `suffix` follows the values: an ON CONFLICT clause. */
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
    const manager = unit && !unit.over ? unit.runner.manager : this.dialect.dataSource.manager;
    return manager.getRepository(entity);
  }

  /** Makes transactions that name the same key take turns until they end. */
  async takeTurns(key: number): Promise<void> {
    const statement = this.dialect.turnstile(key);
    if (statement) await this.send(statement, []);
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await outsideUnits(() => this.dialect.ping()).catch((error: unknown) => {
      throw this.translated(error);
    });
  }

  private async send(
    sql: string,
    values: readonly Value[],
  ): Promise<{ rows: Record<string, unknown>[]; affected: number }> {
    const unit = currentUnit();
    if (unit && !unit.over) return unit.runner.execute(sql, values);
    try {
      return await (currentScope()?.mayLag ? this.dialect.readLagging(sql, values) : this.dialect.read(sql, values));
    } catch (error) {
      throw this.translated(error);
    }
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    const unit = new UnitOfWork(this.dialect.dataSource.createQueryRunner() as Runner);
    const result = await inUnit(unit, () => this.commit(unit, work));
    currentScope()?.noteWrite();
    await outsideUnits(() => afterwards(unit.afterCommit));
    return result;
  }

  private async commit<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
    try {
      await unit.runner.begin();
      const result = await work();
      if (unit.doomed) throw unit.doomed;
      for (const effect of unit.beforeCommit) await effect();
      await currentScope()?.fence?.();
      await unit.runner.commitTransaction();
      return result;
    } catch (error) {
      await unit.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      unit.over = true;
      await unit.runner.release();
    }
  }

  private mayRetry(error: unknown, attempt: number): boolean {
    if (error instanceof TryAgain || this.dialect.isTransient(error)) return true;
    // Once more sees that the row is gone, and says so; a reference that is wrong by itself stays wrong.
    return attempt < 3 && this.dialect.isStaleReference(error);
  }

  private translated(error: unknown): unknown {
    const tooBusy = error instanceof TryAgain || this.dialect.isTransient(error);
    if (error instanceof DeadlinePassed) return new RequestTimedOut(error);
    return tooBusy || this.dialect.isUnavailable(error) ? new DatabaseUnavailable(error) : error;
  }
}

/** The commit stands whatever an effect does: its failure is told, not thrown. */
async function afterwards(effects: Effect[]): Promise<void> {
  for (const effect of effects) {
    try {
      await effect();
    } catch (error) {
      new Logger('Database').error('An after-commit effect failed', error);
    }
  }
}

async function joined<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    unit.doomed ??= error;
    throw error;
  }
}
