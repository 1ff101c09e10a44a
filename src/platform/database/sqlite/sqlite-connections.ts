import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import Sqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { errorLine } from '../../errors/loggable-error';
import { sqliteInstant, type Value } from '../columns';
import type { StatementResult } from '../statements/statement-result';
import { WriteQueue, WriteQueueTimeout } from './write-queue';
import { startTimer, type Observer } from '../statements/statement-observers';
import { OpenFile } from './sqlite-file';
import { parametersOf, type Parameters } from './sqlite-parameters';

/** The two connections of a file: a reader, and a writer with the queue of transactions that wait for it. */
export class SqliteConnections {
  private readonly log = new Logger('Database');
  readonly writeQueue: WriteQueue;
  /** How often and how long another process had locked the file. */
  readonly busy = { count: 0, totalMs: 0, timeouts: 0 };
  writer: StatementCache;
  reader: StatementCache;
  openFile: OpenFile;

  constructor(
    readonly file: string,
    private readonly waitMs: number,
  ) {
    this.writeQueue = new WriteQueue(waitMs);
  }

  /** Locks the file for writing. If another process holds the lock, this method polls, because SQLite's own wait would block the event loop. */
  async begin(): Promise<void> {
    this.openFile.require();
    if (this.tryBegin()) return;
    const startedAtMs = performance.now();
    this.busy.count++;
    try {
      do {
        if (performance.now() - startedAtMs > this.waitMs) throw this.timeout();
        await sleep(5 + Math.random() * 10);
      } while (!this.tryBegin());
    } finally {
      this.busy.totalMs += performance.now() - startedAtMs;
    }
  }

  private timeout(): WriteQueueTimeout {
    this.busy.timeouts++;
    return new WriteQueueTimeout(this.waitMs);
  }

  private tryBegin(): boolean {
    try {
      this.writer.prepare('BEGIN IMMEDIATE').run();
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
      return false;
    }
  }

  open(): Connection {
    mkdirSync(dirname(this.file), { recursive: true });
    const [writer, reader] = [connect(this.file, 0), connect(this.file, 5_000)];
    reader.pragma('query_only = ON');
    this.writer = new StatementCache(writer);
    this.reader = new StatementCache(reader);
    this.openFile = new OpenFile(this.file);
    return writer;
  }

  /**
   * Lets the next transaction in the queue write. A large write-ahead log is copied into the file before that, in another event loop
   * iteration. SQLite itself would copy the log inside COMMIT, so that the current request would have to wait for it.
   */
  releaseWriter(): void {
    if (sizeOf(`${this.file}-wal`) <= maxLogBytes) return this.writeQueue.leave();
    setImmediate(() => {
      this.checkpoint();
      this.writeQueue.leave();
    });
  }

  private checkpoint(): void {
    if (!this.writer.connection.open) return;
    try {
      this.writer.connection.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      // No data is lost, because the log still contains it and is copied after the next commit.
      this.log.warn(`The write-ahead log was not copied into ${this.file}: ${errorLine(error)}`);
    }
  }

  /** TypeORM closes the writer. */
  closeReader(): void {
    this.reader.connection.close();
  }
}

/** The size of 1,000 pages, at which SQLite itself copies the log. After a copy the log file is truncated to this size. */
const maxLogBytes = 4 * 1024 * 1024;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function connect(file: string, busyTimeoutMs: number): Connection {
  const connection = new Sqlite(file, { timeout: busyTimeoutMs });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('wal_autocheckpoint = 0');
  connection.pragma(`journal_size_limit = ${maxLogBytes}`);
  connection.pragma('foreign_keys = ON');
  // Without this setting INSERT OR REPLACE deletes rows without firing triggers, and triggers make the ledger append-only.
  connection.pragma('recursive_triggers = ON');
  return connection;
}

/** The longest statement, in characters, that is cached. Longer ones are batches, whose text differs for each number of rows. */
const maxCachedLength = 4_000;
const maxCachedCount = 500;

/** A prepared statement, and how its values are bound. */
interface PreparedStatement {
  statement: Statement;
  bound: Parameters['bound'];
}

/** A connection with a cache of its prepared statements. */
export class StatementCache {
  private readonly cached = new LRUCache<string, PreparedStatement>({ max: maxCachedCount });

  constructor(readonly connection: Connection) {}

  /** Prepares a statement of TypeORM, whose placeholders are `?`. */
  prepare(sql: string): Statement {
    return this.prepareStatement(sql).statement;
  }

  prepareStatement(sql: string): PreparedStatement {
    if (sql.length > maxCachedLength) return prepareStatement(this.connection, sql);
    const known = this.cached.get(sql);
    if (known) return known;
    const prepared = prepareStatement(this.connection, sql);
    this.cached.set(sql, prepared);
    return prepared;
  }
}

export function prepareStatement(connection: Connection, sql: string): PreparedStatement {
  const { text, bound } = parametersOf(sql);
  return { statement: connection.prepare(text), bound };
}

/** As `run`, and calls the observer, also after an error. */
export function runObserved(
  connection: StatementCache,
  sql: string,
  values: readonly Value[],
  observe: Observer,
): StatementResult {
  const stopTimer = startTimer(observe, sql);
  try {
    const result = run(connection.prepareStatement(sql), values);
    stopTimer(result.affected);
    return result;
  } catch (error) {
    stopTimer(0, error);
    throw error;
  }
}

export function run({ statement, bound }: PreparedStatement, values: readonly Value[]): StatementResult {
  const parameters = bound === 'by number' ? [namedValues(values)] : [values.slice(0, bound).map(toSqliteValue)];
  if (statement.reader) {
    const rows = statement.all(...parameters) as Record<string, unknown>[];
    return { rows, affected: rows.length };
  }
  return { rows: [], affected: statement.run(...parameters).changes };
}

/** Returns the values by the names of their parameters. For SQLite the name of the parameter `$1` is "1". */
function namedValues(values: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [index + 1, toSqliteValue(value)]));
}

function toSqliteValue(value: Value): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return sqliteInstant(value);
  return typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;
}
