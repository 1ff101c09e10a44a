import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Bulk, BulkColumn, Cell } from './bulk';
import type { Value } from './columns';
import type { Observers } from './statements/statement-observers';
import type { Vitals } from './statements/diagnostics';

export interface Result {
  rows: Record<string, unknown>[];
  affected: number;
}

/** A query runner of ours: TypeORM's own, behind the write guard, plus a short way for hand-written statements. */
export interface Runner extends QueryRunner {
  /** Begins the one transaction of this runner; only the database room calls it. */
  begin(): Promise<void>;
  execute(sql: string, values: readonly Value[]): Promise<Result>;
  /** The open transaction may last, and each of its statements. */
  patiently(): Promise<void>;
  /** Inserts rows as fast as the engine takes them, inside the open transaction. */
  insertMany(
    table: string,
    columns: readonly BulkColumn[],
    rows: readonly (readonly Cell[])[],
    suffix: string,
  ): Promise<void>;
}

/** Names the turn of those who change the schema. */
export const migrationKey = 7_031_001;

/** Everything in which the two engines differ. One implementation each, in `postgres-dialect.ts` and `sqlite-dialect.ts`. */
export interface Dialect {
  readonly engine: 'postgres' | 'sqlite';
  readonly dataSource: DataSource;
  readonly bulk: Bulk;
  readonly observers: Observers;
  readonly vitals: Vitals;
  /** A single statement outside any transaction, on a connection that sees committed rows only. */
  read(sql: string, values: readonly Value[]): Promise<Result>;
  /** As `read`, on a copy that may be a little behind, where there is one in reach. */
  readLagging(sql: string, values: readonly Value[]): Promise<Result>;
  /** Resolves when the database answers and takes writes; gives up soon. */
  ping(): Promise<void>;
  /** Sends a text to every process that listens; null where no other process can hear. Outside any transaction. */
  readonly signal: ((text: string) => Promise<unknown>) | null;
  /** Hears what `signal` sends, until it is closed; comes back by itself after a break. */
  listen(hearing: Hearing): Listening;
  /** Runs schema work while no other process does any. */
  exclusively(work: () => Promise<void>): Promise<void>;
  /** The whole work is worth another try: serialization failure, deadlock, lock time-out of the engine. */
  isTransient(error: unknown): boolean;
  /** A row that was there a moment ago is gone: somebody deleted it between a read and the write that refers to it. */
  isStaleReference(error: unknown): boolean;
  /** The engine cannot be reached, or all of its connections are taken. */
  isUnavailable(error: unknown): boolean;
  /** The name of the unique constraint or index an error speaks of, else null. */
  uniqueViolation(error: unknown): string | null;
  /** Suffix of a SELECT that takes its rows for writing without blocking foreign-key checks. */
  forUpdate(alias?: string): string;
  /** Follows `forUpdate`: keeps rows of this alias as they are, and reads them as they are after any wait. */
  forShare(alias: string): string;
  /** Suffix of a SELECT that takes free rows and passes over the ones another process holds. */
  readonly skipLocked: string;
  /** How many rows one statement writes at most. On SQLite a statement runs on the event loop, and everybody else waits for its end. */
  readonly rowsPerStatement: number;
  /** What to CAST a calendar date to. */
  readonly dateType: string;
  /** What to CAST an instant to. */
  readonly instantType: string;
  /** The instant at which the statement runs, by the database's clock, to the millisecond. */
  readonly now: string;
  /** So many milliseconds from now: `later('$3')`. */
  later(parameter: string): string;
  /** So many milliseconds after an instant: `after('u.date_joined', '$3')`. */
  after(instant: string, parameter: string): string;
  /** A statement that makes transactions naming the same key take turns, or null where they do anyway. */
  turnstile(key: number): string | null;
  /** An expression that does to a text what `fold` (case-folding.ts) does, letter for letter. */
  folded(expression: string): string;
  /** A condition: the rows of `table` in whose `columns` every word of `searchQuery` begins a word. */
  matches(search: { table: string; alias: string; columns: readonly string[]; parameter: string }): string;
  /** What a person typed, in the form `matches` wants. */
  searchQuery(words: string): string;
}

export interface Hearing {
  heard(text: string): void;
  /** Listening begins, for the first time or again: what was sent before may have been missed. */
  begun(): void;
  troubled(message: string, error?: unknown): void;
}

export interface Listening {
  close(): Promise<void>;
}

export interface DialectOptions {
  url: string;
  /** The server itself, where `url` leads to a pooler in transaction mode. */
  directUrl?: string | undefined;
  replicaUrls: readonly string[];
  replicaMaxLagMs: number;
  poolSize: number;
  poolWaitMs: number;
  statementTimeoutMs: number;
  preparedStatements: boolean;
  entities: DataSourceOptions['entities'];
  migrations: DataSourceOptions['migrations'];
  observers: Observers;
}
