import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Bulk, BulkColumn, Cell } from './bulk';
import type { Value } from './columns';
import type { Observers } from './statements/statement-observers';
import type { Diagnostics } from './statements/diagnostics';
import type { TransactionStatement } from './statements/statement-queue';
import type { StatementResult } from './statements/statement-result';

/** TypeORM's query runner with the checks of `write-guard.ts` and with direct methods for hand-written statements. */
export interface Runner extends QueryRunner {
  /** Begins the one transaction of this runner. Only `Database` calls it. */
  begin(): Promise<void>;
  execute(sql: string, values: readonly Value[]): Promise<StatementResult>;
  /** Adds a statement that is sent before the next one, or before the COMMIT. On PostgreSQL both are sent in one round trip. */
  enqueue(statement: TransactionStatement): void;
  /** Sends the statements that were enqueued. */
  flush(): Promise<void>;
  /** Removes the timeouts of the open transaction and of its statements. */
  prepareForBulkWork(): Promise<void>;
  /** Inserts rows as fast as the engine takes them, inside the open transaction. */
  insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix: string,
  ): Promise<void>;
}

/** The key of the advisory lock that a process holds while it migrates. */
export const migrationLockKey = 7_031_001;

/** All differences between the two engines. They are implemented in `postgres-dialect.ts` and `sqlite-dialect.ts`. */
export interface Dialect {
  readonly engine: 'postgres' | 'sqlite';
  readonly dataSource: DataSource;
  readonly bulk: Bulk;
  readonly observers: Observers;
  readonly diagnostics: Diagnostics;
  /** Runs one statement outside any transaction, on a connection that sees only committed rows. */
  read(sql: string, values: readonly Value[]): Promise<StatementResult>;
  /** As `read`, but on a replica if one is reachable. Its rows may be a little out of date. */
  readFromReplica(sql: string, values: readonly Value[]): Promise<StatementResult>;
  /** Resolves when the database responds and accepts writes; rejects after a short timeout. */
  ping(): Promise<void>;
  /** Sends a text to every process that listens, outside any transaction; null on SQLite, where no other process can listen. */
  readonly signal: ((text: string) => Promise<unknown>) | null;
  /** Receives the texts of `signal` until it is closed. It reconnects after a lost connection. */
  listen(listener: SignalListener): SignalConnection;
  /** Runs `work`, which changes the schema, while no other process changes it. */
  withMigrationLock(work: () => Promise<void>): Promise<void>;
  /** True if a retry of the whole transaction may succeed: serialization failure, deadlock, lock timeout of the engine. */
  isTransient(error: unknown): boolean;
  /** True if a referenced row does not exist, perhaps because another transaction has deleted it after it was read. */
  isStaleReference(error: unknown): boolean;
  /** True if the engine cannot be reached, or if all of its connections are in use. */
  isUnavailable(error: unknown): boolean;
  /** The name of the unique constraint or index that a row violated; null for any other error. */
  uniqueViolation(error: unknown): string | null;
  /** The suffix of a SELECT that locks its rows for writing without blocking foreign-key checks. */
  forUpdate(alias?: string): string;
  /** The suffix after `forUpdate` that locks the rows of this alias against changes. After a wait their newest version is read. */
  forShare(alias: string): string;
  /** The suffix of a SELECT that locks its rows and skips the rows that another transaction has locked. */
  readonly skipLocked: string;
  /** The largest number of rows for one statement. It is low on SQLite, where a statement blocks the event loop until its end. */
  readonly maxRowsPerStatement: number;
  /** The type to CAST a calendar date to. */
  readonly dateType: string;
  /** The type to CAST an instant to. */
  readonly instantType: string;
  /** The time at which the statement runs, by the database's clock, to the millisecond. */
  readonly nowSql: string;
  /** The time that is the parameter's number of milliseconds after now: `nowPlusMsSql('$3')`. */
  nowPlusMsSql(parameter: string): string;
  /** The time that is the parameter's number of milliseconds after an instant: `plusMsSql('u.date_joined', '$3')`. */
  plusMsSql(instant: string, parameter: string): string;
  /** A statement that locks a key until the transaction ends; null on SQLite, where transactions run one after another anyway. */
  keyLockSql(key: number): string | null;
  /** An object with the members of a JSON column and those of the parameter, which replace the former. Null if the parameter is null. */
  mergedJsonSql(column: string, parameter: string): string;
  /** An SQL expression that has the same result as `fold` (case-folding.ts). */
  folded(expression: string): string;
  /** A condition for the rows of `table` whose `columns` contain, for every word of `searchQuery`, a word that starts with it. */
  matches(search: {
    table: string;
    alias: string;
    columns: readonly string[];
    parameter: string;
    /** The columns hold names and addresses. Their parts between signs such as @ and . are words too, on both engines. */
    areNames?: boolean;
  }): string;
  /** Converts the text that a person typed to the parameter of `matches`. */
  searchQuery(words: string): string;
}

export interface SignalListener {
  onSignal(text: string): void;
  /** Called when listening starts, at first and after each reconnection. Signals before that may have been missed. */
  onStart(): void;
  onTrouble(message: string, error?: unknown): void;
}

export interface SignalConnection {
  close(): Promise<void>;
}

export interface DialectOptions {
  url: string;
  /** The URL of the server itself, if `url` is that of a pooler in transaction mode. */
  directUrl?: string | undefined;
  replicaUrls: readonly string[];
  replicaMaxLagMs: number;
  poolSize: number;
  poolWaitMs: number;
  statementTimeoutMs: number;
  preparedStatements: boolean;
  /** True if the connections of PostgreSQL send a statement without waiting for the result of the one before. */
  isPipelined: boolean;
  entities: DataSourceOptions['entities'];
  migrations: DataSourceOptions['migrations'];
  observers: Observers;
}
