import type { ConnectionUsage } from '../../platform/database/statements/diagnostics';

interface SessionInfo {
  pid: number;
  state: string;
  application: string;
  stateMs: number;
  transactionMs: number;
  statement: string;
}

export interface ConnectionReport {
  /** The connection limit of the server; null if the engine has no limit. */
  limit: number | null;
  /** The connections of all processes to the server; null if the engine has no server. */
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
  /** Whether the index belongs to a constraint. Such an index can only be dropped with its constraint. */
  isConstraint: boolean;
  /**
   * On PostgreSQL the number of scans since the statistics of the server began. On SQLite the number of calls since this process
   * started whose plan uses the index.
   */
  scans: number;
  bytes: number | null;
  definition: string;
  /** The key columns with collation and order. An index can replace another one if its key begins with the key of that one. */
  key: string[];
  /** The condition of a partial index; empty if the index holds all rows. */
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

/** A table that a plan reads completely, and the columns that an index should have. */
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
  /** The number of deadlocks since the statistics of the server began; null if the engine cannot have deadlocks. */
  abstract deadlocks(): Promise<number | null>;
  /** The statistics that the server itself keeps of statements, by fingerprint; null if the server keeps none. */
  abstract serverStatements(): Promise<Map<string, ServerStatement> | null>;
  /** Lists for each plan the tables that are read completely although the statement compares their columns. */
  abstract scansOf(plans: readonly StatementPlan[]): Promise<TableScan[][]>;
  abstract indexesUsedBy(plan: string): string[];
  abstract readonly repairs: RepairStatements;
  /** Whether the engine counts index scans. If it does not, the calls whose plan uses an index are counted instead. */
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

/** The SQL that repairs findings, in the dialect of one engine. */
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
