import { setTimeout } from 'node:timers/promises';
import { types, type Pool } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import type { Value } from './columns';
import { migrationKey, type Dialect, type DialectOptions, type Result } from './dialect';
import { postgresBulk } from './postgres-bulk';
import { listenTo } from './postgres-listener';
import { Replicas } from './postgres-replicas';
import { GuardedRunner, type RunnerOptions } from './postgres-runner';
import { sendTo, statementNames } from './postgres-send';
import { PostgresVitals } from './postgres-vitals';
import { tokens } from './search';
import { guard } from './write-guard';

// A calendar date has no time zone: pg would make a local midnight of it.
types.setTypeParser(types.builtins.DATE, (value) => value);

/** Serialization failure, deadlock, lock not available. */
const transient = new Set(['40001', '40P01', '55P03']);
/** Connection lost, server stopping or starting, out of resources, statement or idle transaction past its limit. */
const unavailable =
  /^(08|57P0|57014|25P03|53[023]00)|^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT)$/;
const outOfReach =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable|Query read timeout|Client was closed/i;

export function postgresDialect(options: DialectOptions): Dialect {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'platform_migration',
    parseInt8: true,
    poolSize: options.poolSize,
    extra: { connectionTimeoutMillis: options.poolWaitMs, ...(options.directUrl ? {} : limitsOf(options)) },
  });
  const sending = sendingOf(options);
  const driver = dataSource.driver as PostgresDriver;
  driver.createQueryRunner = (mode) => new GuardedRunner(driver, mode, sending);
  const read = async (sql: string, values: readonly Value[]): Promise<Result> => {
    guard(sql);
    return sendTo(driver.master as Pool, sql, values, sending);
  };
  const replicas = new Replicas({ ...options, limits: limitsOf(options) }, sending);
  closeWith(driver, () => replicas.close());
  return {
    engine: 'postgres',
    dataSource,
    bulk: postgresBulk(() => driver.master as Pool),
    observers: options.observers,
    vitals: new PostgresVitals(() => driver.master as Pool),
    read,
    readLagging: async (sql, values) => {
      guard(sql);
      return replicas.read(sql, values, read);
    },
    // Collected from many transactions, so no part of what any of them costs.
    signal: (text) => sendTo(driver.master as Pool, 'SELECT pg_notify($1, $2)', [channel, text], unobserved(sending)),
    listen: (heard) => listenTo({ url: options.directUrl ?? options.url, channel }, heard),
    exclusively: (work) => takeTurns(dataSource, work),
    isTransient: (error) => transient.has(codeOf(error)),
    isStaleReference: (error) => codeOf(error) === '23503',
    isUnavailable: (error) => unavailable.test(codeOf(error)) || outOfReach.test(messageOf(error)),
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

const channel = 'teoart';
const unobserved = (sending: RunnerOptions): RunnerOptions => ({ ...sending, observe: () => undefined });

/** What no statement of ours may exceed on the server. */
const limitsOf = ({ statementTimeoutMs }: DialectOptions) => ({
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: statementTimeoutMs * 2,
});

/**
 * A pooler in transaction mode (DATABASE_DIRECT_URL says that there is one) refuses these limits as parameters of a session:
 * there they begin each transaction, in the message that holds its BEGIN.
 */
function sendingOf(options: DialectOptions): RunnerOptions {
  const limits = Object.entries(limitsOf(options)).map(([name, value]) => `; SET LOCAL ${name} = ${value}`);
  return {
    nameOf: options.preparedStatements ? statementNames() : () => undefined,
    observe: options.observers.tell,
    answerLimitMs: options.statementTimeoutMs + options.poolWaitMs,
    limits: options.directUrl ? limits.join('') : '',
  };
}

function closeWith(driver: PostgresDriver, close: () => Promise<void>): void {
  const disconnect = driver.disconnect.bind(driver);
  driver.disconnect = async () => {
    await Promise.all([disconnect(), close()]);
  };
}

/** A transaction-level advisory lock, on a connection of its own: it works through a transaction pooler too. */
async function takeTurns(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    while (!(await takesTurn(runner))) await setTimeout(turnPollMs);
    await work();
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

/**
 * Who waited inside a statement would hold a snapshot, and an index that is built concurrently waits for every snapshot: the
 * process that migrates and the one behind it would wait for each other.
 */
async function takesTurn(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction();
  const [turn] = (await runner.query(`SELECT pg_try_advisory_xact_lock(${migrationKey}) AS taken`)) as {
    taken: boolean;
  }[];
  if (!turn?.taken) await runner.rollbackTransaction();
  return turn?.taken === true;
}

const turnPollMs = 100;

interface PgError {
  code?: string;
  constraint?: string;
  message?: string;
  driverError?: PgError;
}

const deepest = (error: unknown): PgError => (error as PgError)?.driverError ?? (error as PgError) ?? {};
const codeOf = (error: unknown): string => deepest(error).code ?? '';
const messageOf = (error: unknown): string => deepest(error).message ?? '';
