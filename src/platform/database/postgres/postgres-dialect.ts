import { setTimeout as sleep } from 'node:timers/promises';
import { types, type ClientBase, type Pool, type QueryConfig } from 'pg';
import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import { meansNoConnection } from '../../internals/pg-messages';
import type { PostgresDriver } from '../../internals/typeorm-drivers';
import { poolOf } from '../../internals/typeorm-pool';
import { useRunners } from '../../internals/typeorm-runners';
import { ClosingDataSource } from '../closing-data-source';
import type { Value } from '../columns';
import { remainingTimeMs } from '../scope/deadline';
import { migrationLockKey, type Dialect, type DialectOptions } from '../dialect';
import type { StatementResult } from '../statements/statement-result';
import { postgresBulk } from './postgres-bulk';
import { listenTo } from './postgres-listener';
import { Replicas } from './postgres-replicas';
import { PostgresRunner, type RunnerOptions } from './postgres-runner';
import { sendTo, sendWith, statementNames } from './postgres-statements';
import { TickQueries } from './tick-queries';
import { isResponseTimeout, pingTimeoutMs, NetworkCheck } from './postgres-network-check';
import { PostgresDiagnostics } from './postgres-diagnostics';
import { searchTokens } from '../search-tokens';
import { silentLogger } from '../statements/typeorm-logger';
import { guard } from '../statements/write-guard';

// A calendar date stays a text, because pg would convert it to midnight in the local time zone.
types.setTypeParser(types.builtins.DATE, (value) => value);

/** The codes of serialization failure, deadlock, and lock not available. */
const transientCodes = new Set(['40001', '40P01', '55P03']);
/**
 * The codes of a lost connection, of a server that stops or starts, of missing resources (53, for example a full disk), of a failed
 * file or volume (58), of the timeout of a statement or an idle transaction, and of a primary that has become read-only.
 */
const unavailableCodes =
  /^(08|57P0|57014|25P03|25006|53|58)|^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT)$/;

export function postgresDialect(options: DialectOptions): Dialect {
  const dataSource = new ClosingDataSource(dataSourceOptionsOf(options), () => replicas.close());
  const driver = dataSource.driver as PostgresDriver;
  const pool = (): Pool => poolOf(driver);
  const networkCheck = new NetworkCheck(pool, () =>
    sendTo(pool(), 'SELECT 1', [], { ...runnerOptions, responseTimeoutMs: pingTimeoutMs }),
  );
  const runnerOptions: RunnerOptions = { ...sendOptionsOf(options), onResponseTimeout: () => networkCheck.start() };
  useRunners(driver, (mode) => new PostgresRunner(driver, mode, runnerOptions));
  const tickQueries = new TickQueries(pool);
  const read = async (sql: string, values: readonly Value[]): Promise<StatementResult> => {
    guard(sql);
    try {
      const responseTimeoutMs = remainingTimeMs(runnerOptions.responseTimeoutMs);
      const options = { ...runnerOptions, responseTimeoutMs };
      return await sendWith((query) => tickQueries.run(query), sql, values, options);
    } catch (error) {
      if (isResponseTimeout(error)) networkCheck.start();
      throw error;
    }
  };
  const replicas = new Replicas({ ...options, limits: { ...keepAlive, ...timeoutsOf(options) } }, runnerOptions);
  return {
    engine: 'postgres',
    dataSource,
    bulk: postgresBulk(pool),
    observers: options.observers,
    diagnostics: new PostgresDiagnostics(pool),
    read,
    readFromReplica: async (sql, values) => {
      guard(sql);
      return replicas.read(sql, values, read);
    },
    ping: () => networkCheck.ping(),
    // The statement is not observed, because it carries the signals of many transactions.
    signal: (text) => sendTo(pool(), 'SELECT pg_notify($1, $2)', [channel, text], unobserved(runnerOptions)),
    listen: (listener) => listenTo({ url: options.directUrl ?? options.url, channel }, listener),
    withMigrationLock: (work) => withMigrationLock(dataSource, work),
    isTransient: (error) => transientCodes.has(codeOf(error)),
    isStaleReference: (error) => codeOf(error) === '23503',
    isUnavailable: (error) => unavailableCodes.test(codeOf(error)) || isUnreachable(messageOf(error)),
    uniqueViolation: (error) => (codeOf(error) === '23505' ? (driverErrorOf(error).constraint ?? '') : null),
    forUpdate: (alias) => (alias ? ` FOR NO KEY UPDATE OF ${alias}` : ' FOR NO KEY UPDATE'),
    forShare: (alias) => ` FOR SHARE OF ${alias}`,
    skipLocked: ' FOR UPDATE SKIP LOCKED',
    maxRowsPerStatement: 1_000,
    dateType: 'date',
    instantType: 'timestamptz',
    nowSql,
    nowPlusMsSql: (parameter) => `${nowSql} + ${parameter} * interval '1 millisecond'`,
    plusMsSql: (instant, parameter) => `${instant} + ${parameter} * interval '1 millisecond'`,
    keyLockSql: (key) => `SELECT pg_advisory_xact_lock(${key})`,
    // The collation "C" makes lower() change only A to Z, whatever the locale of the server is.
    mergedJsonSql: (column, parameter) =>
      `CASE WHEN jsonb_typeof(${column}) = 'object' THEN ${column} ELSE '{}' END || CAST(${parameter} AS jsonb)`,
    folded: (expression) => `lower(${expression} COLLATE "C")`,
    matches: ({ alias, columns, parameter, areNames }) => {
      const textSql = columns.map((column) => `${alias}.${column}`).join(" || ' ' || ");
      // PostgreSQL takes an address as one word, so its signs are replaced by spaces.
      const wordsSql = areNames ? `translate(${textSql}, '@.-_+/', '      ')` : textSql;
      return `to_tsvector('simple', ${wordsSql}) @@ to_tsquery('simple', ${parameter})`;
    },
    searchQuery: (words) =>
      searchTokens(words)
        .map((token) => `${token}:*`)
        .join(' & '),
  };
}

/** The time is truncated and not rounded, because a rounded time could be half a millisecond in the future. */
const nowSql = "date_trunc('milliseconds', clock_timestamp())";
const channel = 'teoart';
/** TCP keepalive detects a server that vanished while the connection is idle. */
const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
const unobserved = (options: RunnerOptions): RunnerOptions => ({ ...options, observe: () => undefined });

const dataSourceOptionsOf = (options: DialectOptions): DataSourceOptions => ({
  type: 'postgres',
  url: options.url,
  entities: options.entities,
  migrations: options.migrations,
  migrationsTableName: 'platform_migration',
  logger: silentLogger,
  parseInt8: true,
  poolSize: options.poolSize,
  extra: {
    ...keepAlive,
    pipeline: options.isPipelined,
    connectionTimeoutMillis: options.poolWaitMs,
    ...(options.directUrl ? {} : { ...timeoutsOf(options), onConnect: enableConnectionCheck }),
  },
});

/** Makes the server end a statement, and release its locks, when the client has disconnected. Servers before version 14 lack the setting. */
async function enableConnectionCheck(client: ClientBase): Promise<void> {
  const text = `SELECT set_config('client_connection_check_interval', '2000', false)`;
  const query: QueryConfig & { query_timeout: number } = { text, query_timeout: pingTimeoutMs };
  await client.query(query).catch(() => undefined);
}

/** The timeouts that the server applies to every statement of this application. */
const timeoutsOf = ({ statementTimeoutMs }: DialectOptions) => ({
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: statementTimeoutMs * 2,
});

/**
 * If DATABASE_DIRECT_URL is set, the other URL is that of a pooler in transaction mode, which refuses these timeouts as parameters of
 * a session. Then each transaction sets them, in the message that contains its BEGIN.
 */
function sendOptionsOf(options: DialectOptions): Omit<RunnerOptions, 'onResponseTimeout'> {
  const timeouts = Object.entries(timeoutsOf(options)).map(([name, value]) => `; SET LOCAL ${name} = ${value}`);
  return {
    nameOf: options.preparedStatements ? statementNames() : () => undefined,
    observe: options.observers.notify,
    responseTimeoutMs: options.statementTimeoutMs + options.poolWaitMs,
    timeoutsSql: options.directUrl ? timeouts.join('') : '',
  };
}

/**
 * Holds an advisory lock in a transaction on a separate connection, because that also works through a pooler in transaction mode.
 * The lock is polled. A statement that waited for the lock would hold a snapshot, and CREATE INDEX CONCURRENTLY waits for all snapshots.
 */
async function withMigrationLock(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    while (!(await tryMigrationLock(runner))) await sleep(lockPollMs);
    await work();
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

async function tryMigrationLock(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction();
  const [lock] = (await runner.query(`SELECT pg_try_advisory_xact_lock(${migrationLockKey}) AS acquired`)) as {
    acquired: boolean;
  }[];
  // Migrations may take long, and the connection that holds the lock is idle meanwhile.
  if (lock?.acquired) await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  else await runner.rollbackTransaction();
  return lock?.acquired === true;
}

const lockPollMs = 100;

interface PgError {
  code?: string;
  constraint?: string;
  message?: string;
  driverError?: PgError;
}

const driverErrorOf = (error: unknown): PgError => (error as PgError)?.driverError ?? (error as PgError) ?? {};
const codeOf = (error: unknown): string => driverErrorOf(error).code ?? '';
const messageOf = (error: unknown): string => driverErrorOf(error).message ?? '';
const isUnreachable = (message: string): boolean =>
  meansNoConnection(message) || message.includes('did not respond within');
