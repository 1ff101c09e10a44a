import type { ConnectionUsage } from '../../platform/database/statements/diagnostics';

export interface SessionInfo {
  pid: number;
  state: string;
  application: string;
  stateMs: number;
  transactionMs: number;
  statement: string;
}

export interface ConnectionReport {
  /** The connection limit of the server and its used connections; null if the engine has no limit. */
  limit: number | null;
  used: number | null;
  states: { state: string; count: number }[];
  sessions: SessionInfo[];
  pool: ConnectionUsage;
}

export interface IndexInfo {
  name: string;
  table: string;
  columns: string[];
  isUnique: boolean;
  isValid: boolean;
  /** Whether the index belongs to a constraint. Then only the constraint can be dropped. */
  isConstraint: boolean;
  /** PostgreSQL: scans since its statistics began. SQLite: calls since this process started whose plan uses the index. */
  scans: number;
  bytes: number | null;
  definition: string;
  /** The key columns with collation and order. An index whose key begins with the key of another index can replace it. */
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
  /** Number of reads and writes since the statistics began; null if the engine does not count them. */
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

/** Reads figures about the database. Each engine has its own implementation. */
export abstract class Inspector {
  abstract version(): Promise<string>;
  abstract connections(): Promise<ConnectionReport>;
  abstract indexes(): Promise<IndexInfo[]>;
  abstract foreignKeysWithoutIndex(): Promise<ForeignKeyInfo[]>;
  abstract storage(): Promise<StorageReport>;
  abstract lockPairs(): Promise<LockPair[]>;
  /** The number of deadlocks that the server counted; null if the engine cannot have deadlocks. */
  abstract deadlocks(): Promise<number | null>;
  /** The server's own statistics of statements, by fingerprint; null if it keeps none. */
  abstract serverStatements(): Promise<Map<string, ServerStatement> | null>;
  /** For each plan, the tables that it reads completely although the statement compares their columns. */
  abstract scansOf(planned: readonly StatementPlan[]): Promise<TableScan[][]>;
  abstract indexesUsedBy(plan: string): string[];
  abstract readonly repairs: RepairStatements;
  /** Whether the engine counts index scans. If not, they are counted from the plans of statements. */
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

/** The SQL that repairs findings, in the dialect of each engine. */
export interface RepairStatements {
  createIndex(table: string, columns: readonly string[]): string;
  dropIndex(index: string): string;
  rebuildIndex(index: string): string;
  compact(table: string): string;
  analyze(table: string | null): string;
  /** Shows the sessions that block others. */
  findBlockers: string;
  endSession(pid: number): string;
}
