import { adaptTypes } from '../../internals/typeorm-column-types';
import type { BetterSqlite3Driver } from '../../internals/typeorm-drivers';
import { useRunners } from '../../internals/typeorm-runners';
import { ClosingDataSource } from '../closing-data-source';
import { requireTimeLeft } from '../scope/deadline';
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
  const observe = options.observers.notify;
  const connections = new SqliteConnections(file, options.poolWaitMs);
  const dataSource = createDataSource(file, connections, options);
  const driver = dataSource.driver as BetterSqlite3Driver;
  adaptTypes(driver);
  useRunners(driver, () => new SqliteRunner(driver, connections, observe));
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
    mergedJsonSql: (column, parameter) => `json_patch(${column}, ${parameter})`,
    folded: (expression) => `lower(${expression})`,
    matches: ({ table, alias, parameter }) =>
      `${alias}.id IN (SELECT rowid FROM ${table}_search WHERE ${table}_search MATCH ${parameter})`,
    searchQuery: (words) =>
      searchTokens(words)
        .map((token) => `"${token}"*`)
        .join(' '),
  };
}

function createDataSource(file: string, connections: SqliteConnections, options: DialectOptions): ClosingDataSource {
  return new ClosingDataSource(
    {
      type: 'better-sqlite3',
      database: file,
      // TypeORM calls this with `new` and uses what it returns: the writer.
      driver: function open() {
        return connections.open();
      },
      entities: options.entities,
      migrations: options.migrations,
      migrationsTableName: 'platform_migration',
      logger: silentLogger,
    },
    () => connections.closeReader(),
  );
}

interface SqliteError {
  code?: string;
  message?: string;
  driverError?: SqliteError;
}

const driverErrorOf = (error: unknown): SqliteError =>
  (error as SqliteError)?.driverError ?? (error as SqliteError) ?? {};
