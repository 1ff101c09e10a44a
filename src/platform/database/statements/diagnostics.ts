/** Who has the connections of this process, and who waits for one. */
export interface Pressure {
  /** Connections of this process. */
  total: number;
  idle: number;
  /** Callers that wait: for a connection of the pool, or for the writer of a file. */
  waiting: number;
  /** Since the start of this process. */
  waits: number;
  waitedMs: number;
  longestWaitMs: number;
  timeouts: number;
  /** Times another process held the file, and how long that was waited for. */
  busy: number;
  busyMs: number;
}

export interface ObjectSize {
  name: string;
  table: string;
  isIndex: boolean;
  bytes: number;
}

/** What only the engine's own driver can tell of its health. */
export interface Vitals {
  pressure(): Pressure;
  /** The engine's plan of a statement with any values, without running it; null where it cannot tell. */
  explain(sql: string): Promise<string | null>;
  /** Bytes of each table and index, away from the event loop; null where the engine's own catalogue tells. */
  sizes(): Promise<ObjectSize[] | null>;
  /** Free bytes where the data lie; null where that is another machine. */
  freeBytes(): Promise<number | null>;
}
