import type { Database as Connection } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import { requireTimeLeft } from '../deadline';
import type { Dialect, DialectOptions } from '../dialect';
import { WriteQueueTimeout } from './write-queue';
import { searchTokens } from '../search-tokens';
import { sqliteBulk } from './sqlite-bulk';
import { runObserved, SqliteConnections } from './sqlite-connections';
import { withFileLock } from './sqlite-lock';
import { FileReplaced } from './sqlite-file';
import { violatedUnique } from './sqlite-errors';
import { SqliteRunner } from './sqlite-runner';
import { SqliteDiagnostics } from './sqlite-diagnostics';
import { adaptTypes } from './sqlite-types';
import { silentLogger } from '../statements/typeorm-logger';
import { guard } from '../statements/write-guard';

const busyCodes = new Set(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED']);
const unavailableCodes = /^SQLITE_(BUSY|IOERR|FULL|CANTOPEN)/;
const instantFormat = '%Y-%m-%d %H:%M:%f';
const codeOf = (error: unknown): string => driverErrorOf(error).code ?? '';

/**
 * The dialect of an SQLite file. TypeORM would share one query runner among all callers, so that concurrent transactions would mix.
 * Here every caller has a separate runner. Transactions use the one writer connection one after another, each from BEGIN IMMEDIATE
 * to COMMIT. Statements outside a transaction read on a second connection, which sees only committed rows.
 */
export function sqliteDialect(options: DialectOptions): Dialect {
  const file = options.url.slice('sqlite:'.length);
  const dataSource = new DataSource({
    type: 'better-sqlite3',
    database: file,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'platform_migration',
    logger: silentLogger,
  });
  const observe = options.observers.notify;
  const connections = new SqliteConnections(file, options.poolWaitMs);
  const driver = dataSource.driver as BetterSqlite3Driver;
  adaptTypes(driver);
  (driver as unknown as ConnectionOpener).createDatabaseConnection = async () => connections.open();
  driver.disconnect = async () => connections.close();
  driver.createQueryRunner = () => new SqliteRunner(driver, connections, observe);
  const read: Dialect['read'] = async (sql, values) => {
    guard(sql);
    requireTimeLeft(sql);
    return runObserved(connections.reader, sql, values, observe);
  };
  return {
    engine: 'sqlite',
    dataSource,
    bulk: sqliteBulk(file),
    observers: options.observers,
    diagnostics: new SqliteDiagnostics(connections),
    read,
    readFromReplica: read,
    ping: async () => {
      connections.openFile.require();
      runObserved(connections.reader, 'SELECT 1', [], observe);
    },
    signal: null,
    listen: () => ({ close: () => Promise.resolve() }),
    withMigrationLock: (work) => withFileLock(`${file}-migrating`, work),
    isTransient: (error) => busyCodes.has(codeOf(error)),
    // No other transaction can write between the read and the write of a transaction.
    isStaleReference: () => false,
    isUnavailable: (error) =>
      error instanceof WriteQueueTimeout || error instanceof FileReplaced || unavailableCodes.test(codeOf(error)),
    uniqueViolation: (error) => violatedUnique(dataSource, driverErrorOf(error)),
    forUpdate: () => '',
    forShare: () => '',
    skipLocked: '',
    maxRowsPerStatement: 250,
    dateType: 'text',
    instantType: 'text',
    nowSql: `strftime('${instantFormat}', 'now')`,
    nowPlusMsSql: (parameter) => `strftime('${instantFormat}', 'now', (${parameter} / 1000.0) || ' seconds')`,
    plusMsSql: (instant, parameter) =>
      `strftime('${instantFormat}', ${instant}, (${parameter} / 1000.0) || ' seconds')`,
    keyLockSql: () => null,
    folded: (expression) => `lower(${expression})`,
    matches: ({ table, alias, parameter }) =>
      `${alias}.id IN (SELECT rowid FROM ${table}_search WHERE ${table}_search MATCH ${parameter})`,
    searchQuery: (words) =>
      searchTokens(words)
        .map((token) => `"${token}"*`)
        .join(' '),
  };
}

interface ConnectionOpener {
  createDatabaseConnection(): Promise<Connection>;
}

interface SqliteError {
  code?: string;
  message?: string;
  driverError?: SqliteError;
}

const driverErrorOf = (error: unknown): SqliteError =>
  (error as SqliteError)?.driverError ?? (error as SqliteError) ?? {};
