import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import Sqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import { errorLine } from '../../errors/loggable-error';
import { sqliteInstant, type Value } from '../columns';
import type { Result } from '../dialect';
import { Lane, LaneTimeout } from './write-queue';
import { started, type Observer } from '../statements/statement-observers';
import { OpenFile } from './sqlite-file';
import { parametersOf, type Parameters } from './sqlite-parameters';

/** The two connections of a file and the lane to the one that writes. */
export class SqliteConnections {
  private readonly log = new Logger('Database');
  readonly lane: Lane;
  /** Another process had the file. */
  readonly busy = { count: 0, totalMs: 0, timeouts: 0 };
  writer: Prepared;
  reader: Prepared;
  openFile: OpenFile;

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
    this.openFile.require();
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
    this.openFile = new OpenFile(this.file);
    return writer;
  }

  /**
   * Gives the lane to the next writer. When the write-ahead log has grown, it is first copied into the file, in a turn of the
   * event loop of its own: SQLite would do that inside COMMIT, and the person whose transaction filled the log would wait for
   * it, with everybody else.
   */
  leaveLane(): void {
    if (sizeOf(`${this.file}-wal`) <= maxLogBytes) return this.lane.leave();
    setImmediate(() => {
      this.copyLog();
      this.lane.leave();
    });
  }

  private copyLog(): void {
    if (!this.writer.connection.open) return;
    try {
      this.writer.connection.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      // Nothing is lost: the log holds it all, and is copied after the next commit.
      this.log.warn(`The write-ahead log was not copied into ${this.file}: ${errorLine(error)}`);
    }
  }

  close(): void {
    this.reader.connection.close();
    this.writer.connection.close();
  }
}

/** As many bytes as SQLite's own thousand pages. A log that was copied begins anew and is cut to this size. */
const maxLogBytes = 4 * 1024 * 1024;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function connect(file: string, busyTimeoutMs: number): Connection {
  const connection = new Sqlite(file, { timeout: busyTimeoutMs });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('wal_autocheckpoint = 0');
  connection.pragma(`journal_size_limit = ${maxLogBytes}`);
  connection.pragma('foreign_keys = ON');
  // INSERT OR REPLACE deletes without firing triggers unless this is on: the ledger is append-only by trigger.
  connection.pragma('recursive_triggers = ON');
  return connection;
}

/** A batch has as many texts as sizes, each of them large: neither the text nor its statement is worth being kept. */
const longestKept = 4_000;
const mostKept = 500;

/** A statement with the way its values are bound. */
export interface Ready {
  statement: Statement;
  bound: Parameters['bound'];
}

/** A connection with its prepared statements; of many, the one unused for longest goes first. */
export class Prepared {
  private readonly kept = new Map<string, Ready>();

  constructor(readonly connection: Connection) {}

  /** TypeORM's own texts, with `?`. */
  prepare(sql: string): Statement {
    return this.ready(sql).statement;
  }

  ready(sql: string): Ready {
    if (sql.length > longestKept) return ready(this.connection, sql);
    const found = this.kept.get(sql) ?? ready(this.connection, sql);
    this.kept.delete(sql);
    this.kept.set(sql, found);
    if (this.kept.size > mostKept) this.kept.delete(this.kept.keys().next().value as string);
    return found;
  }
}

export function ready(connection: Connection, sql: string): Ready {
  const { text, bound } = parametersOf(sql);
  return { statement: connection.prepare(text), bound };
}

/** As `run`, and the observer is told, whatever comes of it. */
export function observedRun(connection: Prepared, sql: string, values: readonly Value[], observe: Observer): Result {
  const ended = started(observe, sql);
  try {
    const result = run(connection.ready(sql), values);
    ended(result.affected);
    return result;
  } catch (error) {
    ended(0, error);
    throw error;
  }
}

export function run({ statement, bound }: Ready, values: readonly Value[]): Result {
  const list = bound === 'by number' ? [byNumber(values)] : [values.slice(0, bound).map(toSqlite)];
  if (statement.reader) {
    const rows = statement.all(...list) as Record<string, unknown>[];
    return { rows, affected: rows.length };
  }
  return { rows: [], affected: statement.run(...list).changes };
}

/** The name of `$1` is "1". */
function byNumber(values: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [index + 1, toSqlite(value)]));
}

function toSqlite(value: Value): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return sqliteInstant(value);
  return typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;
}
