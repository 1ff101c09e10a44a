import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config';
import { spans } from '../telemetry/spans';
import type { Dialect, DialectOptions } from './dialect';
import { Observers } from './statements/statement-observers';
import type * as Postgres from './postgres/postgres-dialect';
import type * as Sqlite from './sqlite/sqlite-dialect';
import { statementLog } from './statements/statement-log';

/** Creates the dialect for DATABASE_URL without opening a connection. */
export function createDialect(
  config: Config,
  entities: DataSourceOptions['entities'],
  migrations: DataSourceOptions['migrations'],
  { isPipelined = true }: { isPipelined?: boolean } = {},
): Dialect {
  const observers = new Observers();
  observers.add((sql) => statementLog.add(sql));
  observers.add((sql, durationMs) => spans.recordStatement(sql, durationMs));
  const options: DialectOptions = {
    url: config.databaseUrl,
    directUrl: config.settings.DATABASE_DIRECT_URL,
    replicaUrls: config.settings.DATABASE_REPLICA_URLS,
    replicaMaxLagMs: config.settings.DATABASE_REPLICA_MAX_LAG_MS,
    poolSize: config.settings.DATABASE_POOL_SIZE,
    poolWaitMs: config.settings.DATABASE_POOL_WAIT_MS,
    statementTimeoutMs: config.settings.DATABASE_STATEMENT_TIMEOUT_MS,
    preparedStatements: config.settings.DATABASE_PREPARED_STATEMENTS,
    isPipelined,
    entities,
    migrations,
    observers,
  };
  return dialectOf(options);
}

/** Loads only the driver of the configured engine. */
function dialectOf(options: DialectOptions): Dialect {
  if (options.url.startsWith('sqlite:'))
    return (require('./sqlite/sqlite-dialect') as typeof Sqlite).sqliteDialect(options);
  return (require('./postgres/postgres-dialect') as typeof Postgres).postgresDialect(options);
}
