import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqliteConnections } from './sqlite-connections';
import type { ObjectSize, ConnectionUsage, Diagnostics } from '../statements/diagnostics';

/** Matches the statements that have a plan. */
const plannable = /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b/i;
const measureTimeoutMs = 20_000;

/** The code of the thread that measures the file. A thread is used, because `dbstat` reads every page, and no request must wait for that. */
const measureScript = `
const { workerData, parentPort } = require('node:worker_threads');
const Sqlite = require(workerData.driver);
const file = new Sqlite(workerData.file, { readonly: true, timeout: 5000 });
parentPort.postMessage(file.prepare(
  "SELECT s.name, m.tbl_name AS \\"table\\", m.type = 'index' AS isIndex, sum(s.pgsize) AS bytes " +
  "FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1, 2, 3 ORDER BY 4 DESC").all());
file.close();
`;

/** A row of the thread's query. SQLite has no booleans, so `isIndex` is 0 or 1. */
type SizeRow = Omit<ObjectSize, 'isIndex'> & { isIndex: number };

interface PlanRow {
  id: number;
  /** The id of the step that this step belongs to; 0 for a step at the top. */
  parent: number;
  detail: string;
}

/** Reports the waits for the writer, the plans of statements, and the sizes of tables and indexes. */
export class SqliteDiagnostics implements Diagnostics {
  constructor(private readonly connections: SqliteConnections) {}

  connectionUsage(): ConnectionUsage {
    const { writeQueue, busy } = this.connections;
    const { count, totalMs, longestMs, timeouts } = writeQueue.waits;
    return {
      total: 2,
      idle: writeQueue.isTaken ? 1 : 2,
      waiting: writeQueue.waitingCount,
      waits: count,
      waitedMs: totalMs,
      longestWaitMs: longestMs,
      timeouts: timeouts + busy.timeouts,
      busy: busy.count,
      busyMs: busy.totalMs,
    };
  }

  async explain(sql: string): Promise<string | null> {
    if (!plannable.test(sql)) return null;
    try {
      const statement = this.connections.reader.connection.prepare(`EXPLAIN QUERY PLAN ${sql}`);
      return toIndentedText(statement.all(...nullValues(sql)) as PlanRow[]);
    } catch {
      return null;
    }
  }

  async sizes(): Promise<ObjectSize[]> {
    const workerData = { file: this.connections.file, driver: require.resolve('better-sqlite3') };
    // `execArgv` is empty, so that files which this process preloads do not run in the thread too.
    const worker = new Worker(measureScript, { eval: true, workerData, execArgv: [] });
    const timer = setTimeout(() => void worker.terminate(), measureTimeoutMs);
    try {
      const rows = await new Promise<SizeRow[]>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
        worker.once('exit', () => reject(new Error(`Measuring the file took longer than ${measureTimeoutMs} ms`)));
      });
      return rows.map((row) => ({ ...row, isIndex: row.isIndex === 1 }));
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(dirname(this.connections.file));
    return bavail * bsize;
  }
}

const sqlLiterals = /'(?:[^']|'')*'/g;

/** Returns a null for each parameter, `$1` or `?`. SQLite refuses unbound parameters, but the planner does not use the values. */
function nullValues(sql: string): unknown[] {
  const numbers = [...sql.matchAll(/\$(\d+)/g)].map((match) => match[1]!);
  if (numbers.length > 0) return [Object.fromEntries(numbers.map((number) => [number, null]))];
  const withoutLiterals = sql.replaceAll(sqlLiterals, '');
  return [...withoutLiterals.matchAll(/\?/g)].map(() => null);
}

/** Writes one line for each step of the plan, indented below the step that it belongs to. */
function toIndentedText(rows: PlanRow[]): string {
  const depths = new Map<number, number>();
  const lines: string[] = [];
  for (const { id, parent, detail } of rows) {
    const parentDepth = depths.get(parent) ?? -1;
    depths.set(id, parentDepth + 1);
    lines.push(`${'  '.repeat(parentDepth + 1)}${detail}`);
  }
  return lines.join('\n');
}
