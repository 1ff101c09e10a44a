import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config';
import { spans } from '../telemetry/spans';
import type { Dialect, DialectOptions } from './dialect';
import { Observers } from './statements/statement-observers';
import { postgresDialect } from './postgres/postgres-dialect';
import { sqliteDialect } from './sqlite/sqlite-dialect';
import { statementLog } from './statements/statement-log';

/** Creates the dialect for DATABASE_URL without opening a connection. */
export function createDialect(
  config: Config,
  entities: DataSourceOptions['entities'],
  migrations: DataSourceOptions['migrations'],
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
    entities,
    migrations,
    observers,
  };
  return options.url.startsWith('sqlite:') ? sqliteDialect(options) : postgresDialect(options);
}
