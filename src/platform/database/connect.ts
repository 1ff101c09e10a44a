import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config';
import { spans } from '../telemetry/spans';
import type { Dialect, DialectOptions } from './dialect';
import { Observers } from './statements/observer';
import { postgresDialect } from './postgres/postgres';
import { sqliteDialect } from './sqlite/sqlite';
import { statementLog } from './statements/statement-log';

/** The dialect that DATABASE_URL asks for; nothing is opened yet. */
export function connect(
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
