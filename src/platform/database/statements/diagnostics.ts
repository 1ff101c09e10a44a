/** How many connections this process has and uses, and how long callers waited for one. */
export interface ConnectionUsage {
  total: number;
  idle: number;
  /** The number of callers that wait now: for a connection of the pool, or for the writer of a file. */
  waiting: number;
  /** This and the following counts start at the start of this process. */
  waits: number;
  waitedMs: number;
  longestWaitMs: number;
  timeouts: number;
  /** How often another process had locked the file, and how long this process waited for it. */
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
  /** The engine's plan for a statement, without running it and without its values; null if there is no plan. */
  explain(sql: string): Promise<string | null>;
  /** The size of each table and index, measured outside the event loop; null if the engine's catalogue has the sizes. */
  sizes(): Promise<ObjectSize[] | null>;
  /** The free space of the volume that has the data; null if that is on another machine. */
  freeBytes(): Promise<number | null>;
}
