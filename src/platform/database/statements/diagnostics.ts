/** How many connections this process has and uses, and how long callers waited for one. */
export interface ConnectionUsage {
  total: number;
  idle: number;
  /** The number of callers that wait now for a connection of the pool (PostgreSQL) or for the writer (SQLite). */
  waiting: number;
  /** How many callers had to wait. This count and the following numbers include everything since the start of this process. */
  waits: number;
  waitedMs: number;
  longestWaitMs: number;
  timeouts: number;
  /** How often another process had locked the SQLite file, and how long this process waited for it. */
  busy: number;
  busyMs: number;
}

export interface ObjectSize {
  name: string;
  table: string;
  isIndex: boolean;
  bytes: number;
}

/** Information about an engine that only its own driver has. */
export interface Diagnostics {
  connectionUsage(): ConnectionUsage;
  /** The engine's plan for a statement. The statement is not run and needs no values. Null means that it has no plan. */
  explain(sql: string): Promise<string | null>;
  /** The size of each table and index of an SQLite file, measured in another thread; null for PostgreSQL, whose catalogue has the sizes. */
  sizes(): Promise<ObjectSize[] | null>;
  /** The free space of the volume with the data; null if the database is on another machine. */
  freeBytes(): Promise<number | null>;
}
