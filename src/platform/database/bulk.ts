import type { ColumnInfo, ColumnKind } from './table-info';

/** A value of a bulk row. Instants are ISO 8601 texts in UTC with milliseconds; JSON is its text. */
export type Cell = string | number | boolean | null;
export type BulkColumn = Pick<ColumnInfo, 'name' | 'kind'>;

/** Reads that all see the same state of the database, while other transactions write. */
export interface Snapshot {
  rows(sql: string, values?: readonly Cell[]): Promise<Record<string, unknown>[]>;
  /** Reads a long result `size` rows at a time, so that it is never in memory as a whole. */
  pages(sql: string, size: number): AsyncIterable<Record<string, unknown>[]>;
}

/** Operations on whole tables. The two engines need different SQL for them. */
export interface Bulk {
  /** Runs `work` on a snapshot. A snapshot is read-only. */
  snapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** The column types of a temporary table. */
  readonly types: Record<ColumnKind, string>;
  /** Suffix of CREATE TEMP TABLE: it makes the table end with its transaction. */
  readonly dropOnCommitSql: string;
  /** Keeps other transactions from writing to these tables until this one ends; null where the engine has one writer only. */
  lockTablesSql(tables: readonly string[]): string | null;
  /** Updates the planner's statistics of a table that was just filled; null where the planner needs none. */
  analyzeSql(table: string): string | null;
  /** Makes the next id of a table higher than every id in it; null where the engine does so by itself. */
  continueIdsSql(table: string): string | null;
  /** Makes the ids of an empty table start at 1 again. */
  restartIdsSql(table: string): string;
  /** Statements that disable the triggers of a table and enable them again, within one transaction. */
  triggers(table: string): {
    listSql: string | null;
    disableSql(found: TriggerRow[]): string[];
    enableSql(found: TriggerRow[]): string[];
  };
}

export interface TriggerRow {
  name: string;
  sql: string;
}
