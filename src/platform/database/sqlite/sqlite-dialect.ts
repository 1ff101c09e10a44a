import type { Database as Connection } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import { requireTime } from '../deadline';
import type { Dialect, DialectOptions } from '../dialect';
import { LaneTimeout } from './write-queue';
import { tokens } from '../search-tokens';
import { sqliteBulk } from './sqlite-bulk';
import { observedRun, SqliteConnections } from './sqlite-connections';
import { holding } from './sqlite-lock';
import { FileGone } from './sqlite-file';
import { brokenUnique } from './sqlite-errors';
import { LaneRunner } from './sqlite-runner';
import { SqliteVitals } from './sqlite-diagnostics';
import { adaptTypes } from './sqlite-types';
import { silent } from '../statements/typeorm-logger';
import { guard } from '../statements/write-guard';

const busy = new Set(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED']);
const unavailable = /^SQLITE_(BUSY|IOERR|FULL|CANTOPEN)/;
const instantFormat = '%Y-%m-%d %H:%M:%f';
const codeOf = (error: unknown): string => deepest(error).code ?? '';

/**
 * TypeORM shares one query runner among all callers of an SQLite file, so concurrent transactions run into each other. Here
 * every caller has a runner of its own; one writer connection is handed out by a lane from BEGIN IMMEDIATE to COMMIT,
 * and statements outside a transaction read from a second connection, which sees committed rows only.
 */
export function sqliteDialect(options: DialectOptions): Dialect {
  const file = options.url.slice('sqlite:'.length);
  const dataSource = new DataSource({
    type: 'better-sqlite3',
    database: file,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'platform_migration',
    logger: silent,
  });
  const observe = options.observers.tell;
  const connections = new SqliteConnections(file, options.poolWaitMs);
  const driver = dataSource.driver as BetterSqlite3Driver;
  adaptTypes(driver);
  (driver as unknown as Opening).createDatabaseConnection = async () => connections.open();
  driver.disconnect = async () => connections.close();
  driver.createQueryRunner = () => new LaneRunner(driver, connections, observe);
  const read: Dialect['read'] = async (sql, values) => {
    guard(sql);
    requireTime(sql);
    return observedRun(connections.reader, sql, values, observe);
  };
  return {
    engine: 'sqlite',
    dataSource,
    bulk: sqliteBulk(file),
    observers: options.observers,
    vitals: new SqliteVitals(connections),
    read,
    readLagging: read,
    ping: async () => {
      connections.openFile.require();
      observedRun(connections.reader, 'SELECT 1', [], observe);
    },
    signal: null,
    listen: () => ({ close: () => Promise.resolve() }),
    exclusively: (work) => holding(`${file}-migrating`, work),
    isTransient: (error) => busy.has(codeOf(error)),
    // Nobody else writes between a transaction's read and its write.
    isStaleReference: () => false,
    isUnavailable: (error) =>
      error instanceof LaneTimeout || error instanceof FileGone || unavailable.test(codeOf(error)),
    uniqueViolation: (error) => brokenUnique(dataSource, deepest(error)),
    forUpdate: () => '',
    forShare: () => '',
    skipLocked: '',
    rowsPerStatement: 250,
    dateType: 'text',
    instantType: 'text',
    now: `strftime('${instantFormat}', 'now')`,
    later: (parameter) => `strftime('${instantFormat}', 'now', (${parameter} / 1000.0) || ' seconds')`,
    after: (instant, parameter) => `strftime('${instantFormat}', ${instant}, (${parameter} / 1000.0) || ' seconds')`,
    turnstile: () => null,
    folded: (expression) => `lower(${expression})`,
    matches: ({ table, alias, parameter }) =>
      `${alias}.id IN (SELECT rowid FROM ${table}_search WHERE ${table}_search MATCH ${parameter})`,
    searchQuery: (words) =>
      tokens(words)
        .map((token) => `"${token}"*`)
        .join(' '),
  };
}

interface Opening {
  createDatabaseConnection(): Promise<Connection>;
}

interface SqliteError {
  code?: string;
  message?: string;
  driverError?: SqliteError;
}

const deepest = (error: unknown): SqliteError => (error as SqliteError)?.driverError ?? (error as SqliteError) ?? {};
