import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import { sqliteInstant, type Value } from './columns';
import type { Result } from './dialect';
import { Lane, LaneTimeout } from './lane';

/** The two connections of a file and the lane to the one that writes. */
export class SqliteConnections {
  readonly lane: Lane;
  writer: Prepared;
  reader: Prepared;

  constructor(
    private readonly file: string,
    private readonly waitMs: number,
  ) {
    this.lane = new Lane(waitMs);
  }

  /**
   * Takes the file for writing. Another process may hold it: SQLite's own wait would stop this process's event loop, so
   * the waiting happens here.
   */
  async begin(): Promise<void> {
    const deadline = performance.now() + this.waitMs;
    while (!this.begun()) {
      if (performance.now() > deadline) throw new LaneTimeout(this.waitMs);
      await sleep(5 + Math.random() * 10);
    }
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
