import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import { sqliteInstant, type Value } from './columns';
import type { Result } from './dialect';
import { Lane, LaneTimeout } from './lane';
import { started, type Observer } from './observer';

/** The two connections of a file and the lane to the one that writes. */
export class SqliteConnections {
  readonly lane: Lane;
  /** Another process had the file. */
  readonly busy = { count: 0, totalMs: 0, timeouts: 0 };
  writer: Prepared;
  reader: Prepared;

  constructor(
    readonly file: string,
    private readonly waitMs: number,
  ) {
    this.lane = new Lane(waitMs);
  }

  /**
   * Takes the file for writing. Another process may hold it: SQLite's own wait would stop this process's event loop, so
   * the waiting happens here.
   */
  async begin(): Promise<void> {
    if (this.begun()) return;
    const started = performance.now();
    this.busy.count++;
    try {
      do {
        if (performance.now() - started > this.waitMs) throw this.timeout();
        await sleep(5 + Math.random() * 10);
      } while (!this.begun());
    } finally {
      this.busy.totalMs += performance.now() - started;
    }
  }

  private timeout(): LaneTimeout {
    this.busy.timeouts++;
    return new LaneTimeout(this.waitMs);
  }

  private begun(): boolean {
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
    this.writer = new Prepared(writer);
    this.reader = new Prepared(reader);
    return writer;
  }

  close(): void {
    this.reader.connection.close();
    this.writer.connection.close();
  }
}

function connect(file: string, busyTimeoutMs: number): Connection {
  const connection = new Sqlite(file, { timeout: busyTimeoutMs });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  // INSERT OR REPLACE deletes without firing triggers unless this is on: the ledger is append-only by trigger.
  connection.pragma('recursive_triggers = ON');
  return connection;
}

/** A connection with its prepared statements; of many, the one unused for longest goes first. */
export class Prepared {
  private readonly statements = new Map<string, Statement>();

  constructor(readonly connection: Connection) {}

  prepare(sql: string): Statement {
    // A batch has as many texts as sizes, each of them large.
    if (sql.length > 4_000) return this.connection.prepare(sql);
    const statement = this.statements.get(sql) ?? this.connection.prepare(sql);
    this.statements.delete(sql);
    this.statements.set(sql, statement);
    if (this.statements.size > 500) this.statements.delete(this.statements.keys().next().value as string);
    return statement;
  }
}

/** As `run`, and the observer is told, whatever comes of it. */
export function observedRun(connection: Prepared, sql: string, values: readonly Value[], observe: Observer): Result {
  const ended = started(observe, sql);
  try {
    const result = run(connection.prepare(sql), sql, values);
    ended(result.affected);
    return result;
  } catch (error) {
    ended(0, error);
    throw error;
  }
}

const numbered = /\$\d/;

export function run(statement: Statement, sql: string, values: readonly Value[]): Result {
  const bound = numbered.test(sql) ? [byNumber(values)] : [];
  if (statement.reader) {
    const rows = statement.all(...bound) as Record<string, unknown>[];
    return { rows, affected: rows.length };
  }
  return { rows: [], affected: statement.run(...bound).changes };
}

/** `$1` is a named parameter to SQLite, its name is "1". */
function byNumber(values: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [index + 1, toSqlite(value)]));
}

function toSqlite(value: Value): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return sqliteInstant(value);
  return typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;
}
