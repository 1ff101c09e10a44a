import type { ColumnInfo, ColumnKind } from './table-info';

/** What a bulk row holds: instants as ISO 8601 in UTC with milliseconds, JSON as its text. */
export type Cell = string | number | boolean | null;
export type BulkColumn = Pick<ColumnInfo, 'name' | 'kind'>;

/** Reads that all see one moment of the database, while others write. */
export interface Snapshot {
  rows(sql: string, values?: readonly Cell[]): Promise<Record<string, unknown>[]>;
  /** The rows of a long answer, `size` at a time: never all in memory. */
  pages(sql: string, size: number): AsyncIterable<Record<string, unknown>[]>;
}

/** Work on whole tables, in which the engines differ more than in single rows. */
export interface Bulk {
  /** Runs `work` on a snapshot; a snapshot never writes. */
  snapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** The types of a table that lives as long as its transaction. */
  readonly types: Record<ColumnKind, string>;
  /** Follows the columns of such a table. */
  readonly untilCommit: string;
  /** Keeps others from writing to these tables until the transaction ends; null where they cannot anyway. */
  hold(tables: readonly string[]): string | null;
  /** What the planner must be told of a table just filled; null where it does not ask. */
  analyze(table: string): string | null;
  /** Makes a table give ids above those it has; null where it does so by itself. */
  continueIds(table: string): string | null;
  /** Makes an emptied table give ids from 1 again. */
  restartIds(table: string): string;
  /** Statements that take the triggers of a table away, and those that give them back, in one transaction. */
  triggers(table: string): {
    list: string | null;
    disarm(found: TriggerRow[]): string[];
    rearm(found: TriggerRow[]): string[];
  };
}

export interface TriggerRow {
  name: string;
  sql: string;
}
