import type { PoolClient } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import type { Value } from './columns';
import type { Result, Runner } from './dialect';
import { send, type Sending } from './postgres-send';
import { guard, isUnguarded, WriteOutsideTransaction } from './write-guard';

export interface RunnerOptions extends Sending {
  /** SET LOCAL statements that travel with BEGIN where a pooler is between, which knows no limits of a session. */
  limits: string;
}

/** TypeORM's runner behind the write guard, with a short way for hand-written statements. */
export class GuardedRunner extends PostgresQueryRunner implements Runner {
  private mayBegin = false;

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
    // Schema work may take longer than any request, and wait for another process's.
    if (isUnguarded() && this.transactionDepth === 1)
      await this.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
  }

  async execute(sql: string, values: readonly Value[]): Promise<Result> {
    const client = (await this.connect()) as PoolClient;
    return this.answered(client, () => send(client, sql, values, this.sending));
  }

  override async query(sql: string, values?: unknown[], structured?: boolean): Promise<never> {
    if (!this.isTransactionActive && sql !== 'START TRANSACTION') guard(sql);
    // TypeORM gives the connection back when it breaks, and would speak of its own mistake.
    if (this.isReleased) throw new Error('Connection terminated before the end of the transaction');
    const client = (await this.connect()) as PoolClient;
    const started = performance.now();
    const text = sql === 'START TRANSACTION' ? sql + this.sending.limits : sql;
    try {
      return await this.answered(client, async () => (await super.query(text, values as never, structured)) as never);
    } finally {
      this.sending.observe(sql, performance.now() - started);
    }
  }

  /** What would follow on this connection, a ROLLBACK to begin with, would wait behind the unanswered statement for ever. */
  private async answered<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
    if (isUnguarded()) return work();
    const hangUp = setTimeout(() => void client.end(), this.sending.answerLimitMs);
    try {
      return await work();
    } finally {
      clearTimeout(hangUp);
    }
  }
}
