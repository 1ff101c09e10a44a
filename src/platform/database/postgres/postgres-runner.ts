import type { PoolClient } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import type { BulkColumn, Cell } from '../bulk';
import type { Value } from '../columns';
import { isUndoing, requireTime, timeLeft } from '../deadline';
import type { Result, Runner } from '../dialect';
import { started } from '../statements/statement-observers';
import { jsonInsert, noTimeouts } from './postgres-bulk';
import { send, type Sending } from './postgres-statements';
import { guard, isUnguarded, WriteOutsideTransaction } from '../statements/write-guard';

export interface RunnerOptions extends Sending {
  /** SET LOCAL statements that travel with BEGIN where a pooler is between, which knows no limits of a session. */
  limits: string;
  /** Told of a statement that was given up unanswered. */
  unanswered: () => void;
}

/** How long a migration may stand in front of everybody else who wants a table. */
const lockTimeoutMs = 2_000;

/** TypeORM's runner behind the write guard, with a short way for hand-written statements. */
export class GuardedRunner extends PostgresQueryRunner implements Runner {
  private mayBegin = false;
  private isPatient = false;

  constructor(
    driver: PostgresDriver,
    mode: ReplicationMode,
    private readonly sending: RunnerOptions,
  ) {
    super(driver, mode);
  }

  async begin(): Promise<void> {
    this.mayBegin = true;
    await this.startTransaction();
  }

  override async startTransaction(): Promise<void> {
    if (!this.mayBegin && !isUnguarded()) throw new WriteOutsideTransaction('BEGIN');
    await super.startTransaction();
    // Schema work may take longer than any request, but must not make every request wait behind it.
    if (isUnguarded() && this.transactionDepth === 1)
      await this.query(
        `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = ${lockTimeoutMs}`,
      );
  }

  async execute(sql: string, values: readonly Value[]): Promise<Result> {
    requireTime(sql);
    const client = (await this.connect()) as PoolClient;
    return this.answered(client, sql, () => send(client, sql, values, this.sending));
  }

  async patiently(): Promise<void> {
    this.isPatient = true;
    for (const statement of noTimeouts) await this.execute(statement, []);
  }

  async insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix: string,
  ): Promise<void> {
    await this.execute(`${jsonInsert(table, columns)} ${suffix}`, [JSON.stringify(rows)]);
  }

  override async query(sql: string, values?: unknown[], structured?: boolean): Promise<never> {
    if (!this.isTransactionActive && sql !== 'START TRANSACTION') guard(sql);
    // TypeORM gives the connection back when it breaks, and would speak of its own mistake.
    if (this.isReleased) throw new Error('Connection terminated before the end of the transaction');
    requireTime(sql);
    const client = (await this.connect()) as PoolClient;
    const text = sql === 'START TRANSACTION' ? sql + this.sending.limits : sql;
    const ended = started(this.sending.observe, sql);
    try {
      const ask = (): Promise<unknown> => super.query(text, values as never, structured);
      const result = await this.answered(client, sql, ask);
      ended(rowsOf(result));
      return result as never;
    } catch (error) {
      ended(0, error);
      throw error;
    }
  }

  /** What would follow on this connection, a ROLLBACK to begin with, would wait behind the unanswered statement for ever. */
  private async answered<T>(client: PoolClient, sql: string, work: () => Promise<T>): Promise<T> {
    if (this.isPatient || isUnguarded()) return work();
    const { answerLimitMs, unanswered } = this.sending;
    const hangUp = setTimeout(
      () => {
        unanswered();
        void client.end();
      },
      isUndoing(sql) ? answerLimitMs : timeLeft(answerLimitMs),
    );
    try {
      return await work();
    } finally {
      clearTimeout(hangUp);
    }
  }
}

/** TypeORM gives the rows, or `[rows, count]`, or an object of both. */
function rowsOf(result: unknown): number {
  if (Array.isArray(result)) return typeof result[1] === 'number' ? result[1] : result.length;
  const { records, affected } = (result ?? {}) as { records?: unknown[]; affected?: number | null };
  return records?.length || (affected ?? 0);
}
