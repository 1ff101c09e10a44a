import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqliteConnections } from './sqlite-connections';
import type { ObjectSize, Pressure, Vitals } from '../statements/diagnostics';

const plannable = /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b/i;
const patienceMs = 20_000;

/** dbstat reads every page of the file: in a thread, so that no request waits for it. */
const measuring = `
const { workerData, parentPort } = require('node:worker_threads');
const Sqlite = require(workerData.driver);
const file = new Sqlite(workerData.file, { readonly: true, timeout: 5000 });
parentPort.postMessage(file.prepare(
  "SELECT s.name, m.tbl_name AS \\"table\\", m.type = 'index' AS isIndex, sum(s.pgsize) AS bytes " +
  "FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1, 2, 3 ORDER BY 4 DESC").all());
file.close();
`;

type Measured = Omit<ObjectSize, 'isIndex'> & { isIndex: number };

/** The lane to the writer, plans, and the sizes of what is in the file. */
export class SqliteVitals implements Vitals {
  constructor(private readonly connections: SqliteConnections) {}

  pressure(): Pressure {
    const { lane, busy } = this.connections;
    return {
      ...{ total: 2, idle: lane.isTaken ? 1 : 2, waiting: lane.waiting, waits: lane.waits.count },
      ...{ waitedMs: lane.waits.totalMs, longestWaitMs: lane.waits.longestMs },
      ...{ timeouts: lane.waits.timeouts + busy.timeouts, busy: busy.count, busyMs: busy.totalMs },
    };
  }

  async explain(sql: string): Promise<string | null> {
    if (!plannable.test(sql)) return null;
    try {
      const statement = this.connections.reader.connection.prepare(`EXPLAIN QUERY PLAN ${sql}`);
      const rows = statement.all(...anyValues(sql)) as { id: number; parent: number; detail: string }[];
      return indented(rows);
    } catch {
      return null;
    }
  }

  async sizes(): Promise<ObjectSize[]> {
    const workerData = { file: this.connections.file, driver: require.resolve('better-sqlite3') };
    // Without what this process was started with: a preloaded file would run in the thread too.
    const worker = new Worker(measuring, { eval: true, workerData, execArgv: [] });
    const timer = setTimeout(() => void worker.terminate(), patienceMs);
    try {
      const rows = await new Promise<Measured[]>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
        worker.once('exit', () => reject(new Error(`Measuring the file took longer than ${patienceMs} ms`)));
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

/** The planner asks for values and does not look at them. */
function anyValues(sql: string): unknown[] {
  const named = new Set([...sql.matchAll(/\$(\d+)/g)].map((match) => match[1]!));
  if (named.size > 0) return [Object.fromEntries([...named].map((name) => [name, null]))];
  return [...sql.replaceAll(/'(?:[^']|'')*'/g, '').matchAll(/\?/g)].map(() => null);
}

function indented(rows: { id: number; parent: number; detail: string }[]): string {
  const depths = new Map<number, number>();
  return rows
    .map(({ id, parent, detail }) => {
      const depth = (depths.get(parent) ?? -1) + 1;
      depths.set(id, depth);
      return `${'  '.repeat(depth)}${detail}`;
    })
    .join('\n');
}
