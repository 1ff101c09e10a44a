import type { Pressure } from '../../platform/database/statements/vitals';

export interface SessionInfo {
  pid: number;
  state: string;
  application: string;
  stateMs: number;
  transactionMs: number;
  statement: string;
}

export interface ConnectionReport {
  /** Of the whole server; null where the engine has no limit. */
  limit: number | null;
  used: number | null;
  states: { state: string; count: number }[];
  sessions: SessionInfo[];
  pool: Pressure;
}

export interface IndexInfo {
  name: string;
  table: string;
  columns: string[];
  isUnique: boolean;
  isValid: boolean;
  /** Of a constraint: only the constraint can be dropped. */
  isConstraint: boolean;
  /** PostgreSQL: since its statistics began. SQLite: calls whose plan uses it, since this process began. */
  scans: number;
  bytes: number | null;
  definition: string;
  /** Two indexes with the same are good for the same; one that begins with another's key is good for both. */
  key: string[];
  condition: string;
}

export interface TableInfo {
  name: string;
  rows: number;
  bytes: number | null;
  indexBytes: number | null;
  deadRows: number | null;
  vacuumedAt: Date | null;
  /** Reads and writes since the statistics began; null where the engine does not count. */
  activity: number | null;
}

export interface ForeignKeyInfo {
  name: string;
  table: string;
  columns: string[];
  referenced: string;
}

export interface StorageReport {
  totalBytes: number;
  freeBytes: number | null;
  tables: TableInfo[];
  file: { pageBytes: number; pages: number; freePages: number; logBytes: number } | null;
}

export interface LockPair {
  pid: number;
  statement: string;
  waitedMs: number;
  blockerPid: number;
  blockerState: string;
  blockerStatement: string;
  blockerApplication: string;
}

export interface TableScan {
  table: string;
  columns: string[];
}

/** What differs between the engines in looking at them. */
export abstract class Inspector {
  abstract version(): Promise<string>;
  abstract connections(): Promise<ConnectionReport>;
  abstract indexes(): Promise<IndexInfo[]>;
  abstract foreignKeysWithoutIndex(): Promise<ForeignKeyInfo[]>;
  abstract storage(): Promise<StorageReport>;
  abstract lockPairs(): Promise<LockPair[]>;
  /** Deadlocks the server has counted; null where there are none by construction. */
  abstract deadlocks(): Promise<number | null>;
  /** The server's own record of statements, by fingerprint; null where it keeps none. */
  abstract serverStatements(): Promise<Map<string, ServerStatement> | null>;
  /** For each plan the tables it reads from end to end though columns are compared. */
  abstract scansOf(planned: readonly StatementPlan[]): Promise<TableScan[][]>;
  abstract indexesUsedBy(plan: string): string[];
  abstract readonly repairs: RepairStatements;
  /** Where the engine does not count, the plans of the statements seen here do. */
  abstract readonly countsIndexScans: boolean;
}

export interface StatementPlan {
  sql: string;
  plan: string;
}

export interface ServerStatement {
  calls: number;
  meanMs: number;
  rows: number;
}

/** The statements that mend, in each engine's spelling. */
export interface RepairStatements {
  createIndex(table: string, columns: readonly string[]): string;
  dropIndex(index: string): string;
  rebuildIndex(index: string): string;
  compact(table: string): string;
  analyze(table: string | null): string;
  /** Shows who holds what somebody waits for. */
  findBlockers: string;
  endSession(pid: number): string;
}
