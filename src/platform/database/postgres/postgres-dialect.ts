import { setTimeout as sleep } from 'node:timers/promises';
import { types, type ClientBase, type Pool, type QueryConfig } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import type { Value } from '../columns';
import { timeLeft } from '../deadline';
import { migrationKey, type Dialect, type DialectOptions, type Result } from '../dialect';
import { postgresBulk } from './postgres-bulk';
import { listenTo } from './postgres-listener';
import { Replicas } from './postgres-replicas';
import { GuardedRunner, type RunnerOptions } from './postgres-runner';
import { sendTo, statementNames } from './postgres-statements';
import { isSilence, pingLimitMs, SilenceWatch } from './postgres-network-check';
import { PostgresVitals } from './postgres-diagnostics';
import { tokens } from '../search-tokens';
import { silent } from '../statements/typeorm-logger';
import { guard } from '../statements/write-guard';

// A calendar date has no time zone: pg would make a local midnight of it.
types.setTypeParser(types.builtins.DATE, (value) => value);

/** Serialization failure, deadlock, lock not available. */
const transient = new Set(['40001', '40P01', '55P03']);
/**
 * Connection lost, server stopping or starting, out of resources (53: a full disk, for one), its files or its volume failing (58),
 * a statement or an idle transaction past its limit, a primary that has become read-only.
 */
const unavailable =
  /^(08|57P0|57014|25P03|25006|53|58)|^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT)$/;
const outOfReach =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable|Query read timeout|Client was closed|did not answer within/i;

export function postgresDialect(options: DialectOptions): Dialect {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'platform_migration',
    logger: silent,
    parseInt8: true,
    poolSize: options.poolSize,
    extra: {
      ...{ ...keepAlive, connectionTimeoutMillis: options.poolWaitMs },
      ...(options.directUrl ? {} : { ...limitsOf(options), onConnect: endWhenAlone }),
    },
  });
  const driver = dataSource.driver as PostgresDriver;
  const pool = (): Pool => driver.master as Pool;
  const watch = new SilenceWatch(pool, () =>
    sendTo(pool(), 'SELECT 1', [], { ...sending, answerLimitMs: pingLimitMs }),
  );
  const sending: RunnerOptions = { ...sendingOf(options), unanswered: () => watch.suspect() };
  driver.createQueryRunner = (mode) => new GuardedRunner(driver, mode, sending);
  const read = async (sql: string, values: readonly Value[]): Promise<Result> => {
    guard(sql);
    try {
      return await sendTo(pool(), sql, values, { ...sending, answerLimitMs: timeLeft(sending.answerLimitMs) });
    } catch (error) {
      if (isSilence(error)) watch.suspect();
      throw error;
    }
  };
  const replicas = new Replicas({ ...options, limits: { ...keepAlive, ...limitsOf(options) } }, sending);
  closeWith(driver, () => replicas.close());
  return {
    engine: 'postgres',
    dataSource,
    bulk: postgresBulk(pool),
    observers: options.observers,
    vitals: new PostgresVitals(pool),
    read,
    readLagging: async (sql, values) => {
      guard(sql);
      return replicas.read(sql, values, read);
    },
    ping: () => watch.ping(),
    // Collected from many transactions, so no part of what any of them costs.
    signal: (text) => sendTo(pool(), 'SELECT pg_notify($1, $2)', [channel, text], unobserved(sending)),
    listen: (heard) => listenTo({ url: options.directUrl ?? options.url, channel }, heard),
    exclusively: (work) => takeTurns(dataSource, work),
    isTransient: (error) => transient.has(codeOf(error)),
    isStaleReference: (error) => codeOf(error) === '23503',
    isUnavailable: (error) => unavailable.test(codeOf(error)) || outOfReach.test(messageOf(error)),
    uniqueViolation: (error) => (codeOf(error) === '23505' ? (deepest(error).constraint ?? '') : null),
    forUpdate: (alias) => (alias ? ` FOR NO KEY UPDATE OF ${alias}` : ' FOR NO KEY UPDATE'),
    forShare: (alias) => ` FOR SHARE OF ${alias}`,
    skipLocked: ' FOR UPDATE SKIP LOCKED',
    rowsPerStatement: 1_000,
    dateType: 'date',
    instantType: 'timestamptz',
    now,
    later: (parameter) => `${now} + ${parameter} * interval '1 millisecond'`,
    after: (instant, parameter) => `${instant} + ${parameter} * interval '1 millisecond'`,
    turnstile: (key) => `SELECT pg_advisory_xact_lock(${key})`,
    // The collation's own lower() follows the locale of the server: that of "C" knows A to Z.
    folded: (expression) => `lower(${expression} COLLATE "C")`,
    matches: ({ alias, columns, parameter }) =>
      `to_tsvector('simple', ${columns.map((column) => `${alias}.${column}`).join(" || ' ' || ")}) @@ to_tsquery('simple', ${parameter})`,
    searchQuery: (words) =>
      tokens(words)
        .map((token) => `${token}:*`)
        .join(' & '),
  };
}

/** Cut, not rounded: what is over now must not lie half a millisecond ahead. */
const now = "date_trunc('milliseconds', clock_timestamp())";
const channel = 'teoart';
/** A peer that vanished without a word is noticed while nobody waits for it. */
const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
const unobserved = (sending: RunnerOptions): RunnerOptions => ({ ...sending, observe: () => undefined });

/** A statement whose caller has hung up ends on the server too, and gives its locks back; servers before 14 do not know how. */
async function endWhenAlone(client: ClientBase): Promise<void> {
  const text = `SELECT set_config('client_connection_check_interval', '2000', false)`;
  const question: QueryConfig & { query_timeout: number } = { text, query_timeout: pingLimitMs };
  await client.query(question).catch(() => undefined);
}

/** What no statement of ours may exceed on the server. */
const limitsOf = ({ statementTimeoutMs }: DialectOptions) => ({
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: statementTimeoutMs * 2,
});

/**
 * A pooler in transaction mode (DATABASE_DIRECT_URL says that there is one) refuses these limits as parameters of a session:
 * there they begin each transaction, in the message that holds its BEGIN.
 */
function sendingOf(options: DialectOptions): Omit<RunnerOptions, 'unanswered'> {
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

/**
 * A transaction-level advisory lock, on a connection of its own: it works through a transaction pooler too. Asked for again
 * and again: a statement that waited for it would hold a snapshot, and an index that is built concurrently waits for all of those.
 */
async function takeTurns(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    while (!(await takesTurn(runner))) await sleep(turnPollMs);
    await work();
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

async function takesTurn(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction();
  const [turn] = (await runner.query(`SELECT pg_try_advisory_xact_lock(${migrationKey}) AS taken`)) as {
    taken: boolean;
  }[];
  // Migrations may take their time, and the connection that holds the turn is idle meanwhile.
  if (turn?.taken) await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  else await runner.rollbackTransaction();
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
