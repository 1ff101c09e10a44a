import type { ColumnInfo, ColumnKind } from './table-info';

/** A value of a bulk row. An instant is an ISO 8601 text in UTC with milliseconds. A JSON value is its text. */
export type Cell = string | number | boolean | null;
export type BulkColumn = Pick<ColumnInfo, 'name' | 'kind'>;

/** Reads that all see the same state of the database, while other transactions write. */
export interface Snapshot {
  rows(sql: string, values?: readonly Cell[]): Promise<Record<string, unknown>[]>;
  /** Reads a long result in pages of `size` rows, so that the memory never holds all of its rows. */
  pages(sql: string, size: number): AsyncIterable<Record<string, unknown>[]>;
}

/** Operations on whole tables. The two engines need different SQL for them. */
export interface Bulk {
  /** Runs `work` on a snapshot, which is read-only. */
  snapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** The column types of a temporary table. */
  readonly types: Record<ColumnKind, string>;
  /** The suffix of CREATE TEMP TABLE that drops the table at the end of its transaction; empty on SQLite, which has none. */
  readonly dropOnCommitSql: string;
  /**
   * Keeps other transactions from writing to these tables until this one ends, and also from reading if this one changes their
   * schema; null on SQLite, which has only one writer.
   */
  lockTablesSql(tables: readonly string[], changesSchema?: boolean): string | null;
  /**
   * Selects the `LateObject`s of a table in the order to drop them. Creating them after many rows were written is faster than
   * updating them with each row. Null on SQLite, where every change of the schema is written to the file.
   */
  lateObjectsSql(table: string): string | null;
  /**
   * Updates the planner's statistics of a table that was just filled, without those of JSON columns, which take long and help no
   * statement; null on SQLite, whose planner needs none here.
   */
  analyzeSql(table: string, columns: readonly BulkColumn[]): string | null;
  /** Makes the next id of a table higher than every id in it; null on SQLite, which does so by itself. */
  continueIdsSql(table: string): string | null;
  /** Makes the ids of an empty table start at 1 again. */
  restartIdsSql(table: string): string;
  /** Statements that disable the triggers of a table and enable them again, within one transaction. */
  triggers(table: string): {
    /** Selects the `TriggerRow`s that the two functions need; null if they need none. */
    listSql: string | null;
    disableSql(triggers: TriggerRow[]): string[];
    enableSql(triggers: TriggerRow[]): string[];
  };
}

/** An index, a unique key or a foreign key that can be dropped and created again in one transaction. */
export interface LateObject {
  dropSql: string;
  /** Also checks all rows of the table. */
  createSql: string;
  isForeignKey: boolean;
}

export interface TriggerRow {
  name: string;
  sql: string;
}
