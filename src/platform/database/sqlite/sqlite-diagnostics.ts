import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqliteConnections } from './sqlite-connections';
import type { ObjectSize, ConnectionUsage, Diagnostics } from '../statements/diagnostics';

const plannable = /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b/i;
const timeoutMs = 20_000;

/** The code of the thread that measures the file. It is a thread because dbstat reads every page, and no request must wait for that. */
const measureScript = `
const { workerData, parentPort } = require('node:worker_threads');
const Sqlite = require(workerData.driver);
const file = new Sqlite(workerData.file, { readonly: true, timeout: 5000 });
parentPort.postMessage(file.prepare(
  "SELECT s.name, m.tbl_name AS \\"table\\", m.type = 'index' AS isIndex, sum(s.pgsize) AS bytes " +
  "FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1, 2, 3 ORDER BY 4 DESC").all());
file.close();
`;

type Measured = Omit<ObjectSize, 'isIndex'> & { isIndex: number };

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
      const rows = statement.all(...nullValues(sql)) as { id: number; parent: number; detail: string }[];
      return toIndentedText(rows);
    } catch {
      return null;
    }
  }

  async sizes(): Promise<ObjectSize[]> {
    const workerData = { file: this.connections.file, driver: require.resolve('better-sqlite3') };
    // `execArgv` is empty, because a file that this process preloads would run in the thread too.
    const worker = new Worker(measureScript, { eval: true, workerData, execArgv: [] });
    const timer = setTimeout(() => void worker.terminate(), timeoutMs);
    try {
      const rows = await new Promise<Measured[]>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
        worker.once('exit', () => reject(new Error(`Measuring the file took longer than ${timeoutMs} ms`)));
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

/** Values for the parameters. The planner needs them to be bound but does not use them. */
function nullValues(sql: string): unknown[] {
  const named = new Set([...sql.matchAll(/\$(\d+)/g)].map((match) => match[1]!));
  if (named.size > 0) return [Object.fromEntries([...named].map((name) => [name, null]))];
  return [...sql.replaceAll(/'(?:[^']|'')*'/g, '').matchAll(/\?/g)].map(() => null);
}

function toIndentedText(rows: { id: number; parent: number; detail: string }[]): string {
  const depths = new Map<number, number>();
  return rows
    .map(({ id, parent, detail }) => {
      const depth = (depths.get(parent) ?? -1) + 1;
      depths.set(id, depth);
      return `${'  '.repeat(depth)}${detail}`;
    })
    .join('\n');
}
