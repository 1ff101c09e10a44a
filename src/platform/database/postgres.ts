import { createHash } from 'node:crypto';
import { types, type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner';
import type { ReplicationMode } from 'typeorm/driver/types/ReplicationMode';
import type { BulkColumn, Cell } from './bulk';
import type { Value } from './columns';
import { migrationKey, type Dialect, type DialectOptions, type Result, type Runner } from './dialect';
import { started, type Observer } from './observer';
import { jsonInsert, postgresBulk } from './postgres-bulk';
import { PostgresVitals } from './postgres-vitals';
import { tokens } from './search';
import { guard, isUnguarded, WriteOutsideTransaction } from './write-guard';

// A calendar date has no time zone: pg would make a local midnight of it.
types.setTypeParser(types.builtins.DATE, (value) => value);

/** Serialization failure, deadlock, lock not available. */
const transient = new Set(['40001', '40P01', '55P03']);
const unavailable = /^(08|57P0|53[023]00)|^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT)$/;
const poolExhausted =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/i;

export function postgresDialect(options: DialectOptions): Dialect {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'platform_migration',
    parseInt8: true,
    poolSize: options.poolSize,
    extra: {
      connectionTimeoutMillis: options.poolWaitMs,
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    },
  });
  const name = options.preparedStatements ? statementNames() : () => undefined;
  const driver = dataSource.driver as PostgresDriver;
  const observe = options.observers.tell;
  driver.createQueryRunner = (mode) => new GuardedRunner(driver, mode, name, observe);
  const read = async (sql: string, values: readonly Value[]): Promise<Result> => {
    guard(sql);
    return send(driver.master as Pool, sql, values, name, observe);
  };
  return {
    engine: 'postgres',
    dataSource,
    bulk: postgresBulk(() => driver.master as Pool),
    observers: options.observers,
    vitals: new PostgresVitals(() => driver.master as Pool),
    read,
    exclusively: (work) => takeTurns(dataSource, work),
    isTransient: (error) => transient.has(codeOf(error)),
    isStaleReference: (error) => codeOf(error) === '23503',
    isUnavailable: (error) => unavailable.test(codeOf(error)) || poolExhausted.test(messageOf(error)),
    uniqueViolation: (error) => (codeOf(error) === '23505' ? (deepest(error).constraint ?? '') : null),
    forUpdate: (alias) => (alias ? ` FOR NO KEY UPDATE OF ${alias}` : ' FOR NO KEY UPDATE'),
    forShare: (alias) => ` FOR SHARE OF ${alias}`,
    skipLocked: ' FOR UPDATE SKIP LOCKED',
    dateType: 'date',
    instantType: 'timestamptz',
    turnstile: (key) => `SELECT pg_advisory_xact_lock(${key})`,
    matches: ({ alias, columns, parameter }) =>
      `to_tsvector('simple', ${columns.map((column) => `${alias}.${column}`).join(" || ' ' || ")}) @@ to_tsquery('simple', ${parameter})`,
    searchQuery: (words) =>
      tokens(words)
        .map((token) => `${token}:*`)
        .join(' & '),
  };
}

/** How long a migration may stand in front of everybody else who wants a table. */
const lockTimeoutMs = 2_000;

/** A transaction-level advisory lock, on a connection of its own: it works through a transaction pooler too. */
async function takeTurns(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    // Another process's migrations may take their time; nobody waits behind this lock but those who want to migrate.
    await runner.query('SET LOCAL lock_timeout = 0');
    await runner.query(`SELECT pg_advisory_xact_lock(${migrationKey})`);
    await work();
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

type NameOf = (sql: string) => string | undefined;

/** Statements of this codebase are constant texts: the server parses and plans each once a connection. */
function statementNames(limit = 2_000): NameOf {
  const names = new Map<string, string>();
  return (sql) => {
    let name = names.get(sql);
    if (!name && names.size < limit) {
      name = createHash('sha1').update(sql).digest('base64url');
      names.set(sql, name);
    }
    return name;
  };
}

async function send(
  client: Pool | PoolClient,
  sql: string,
  values: readonly Value[],
  name: NameOf,
  observe: Observer,
): Promise<Result> {
  const ended = started(observe, sql);
  try {
    // A batch has as many texts as sizes: not worth a plan each.
    const named = values.length > 60 ? undefined : name(sql);
    const result = await client.query({ name: named, text: sql, values: values.map(toPostgres) });
    ended(result.rowCount ?? 0);
    return { rows: result.rows as Record<string, unknown>[], affected: result.rowCount ?? 0 };
  } catch (error) {
    ended(0, error);
    throw error;
  }
}

/** Arrays and plain objects are JSON, on both engines: pg would make a PostgreSQL array of an array. */
function toPostgres(value: Value): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date) && !Buffer.isBuffer(value);
  return isJson ? JSON.stringify(value) : value;
}

class GuardedRunner extends PostgresQueryRunner implements Runner {
  private mayBegin = false;

  constructor(
    driver: PostgresDriver,
    mode: ReplicationMode,
    private readonly nameOf: NameOf,
    private readonly observe: Observer,
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
    const client = (await this.connect()) as PoolClient;
    return send(client, sql, values, this.nameOf, this.observe);
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
    const ended = started(this.observe, sql);
    try {
      const result = (await super.query(sql, values as never, structured)) as unknown;
      ended(rowsOf(result));
      return result as never;
    } catch (error) {
      ended(0, error);
      throw error;
    }
  }
}

/** TypeORM gives the rows, or `[rows, count]`, or an object of both. */
function rowsOf(result: unknown): number {
  if (Array.isArray(result)) return typeof result[1] === 'number' ? result[1] : result.length;
  const { records, affected } = (result ?? {}) as { records?: unknown[]; affected?: number | null };
  return records?.length || (affected ?? 0);
}

interface PgError {
  code?: string;
  constraint?: string;
  message?: string;
  driverError?: PgError;
}

const deepest = (error: unknown): PgError => (error as PgError)?.driverError ?? (error as PgError) ?? {};
const codeOf = (error: unknown): string => deepest(error).code ?? '';
const messageOf = (error: unknown): string => deepest(error).message ?? '';
