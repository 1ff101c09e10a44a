import type { Pool } from 'pg';
import type { Pressure, Vitals } from '../statements/diagnostics';

const plannable = /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b[^;]*$/i;

/** The pool of this process, and plans. */
export class PostgresVitals implements Vitals {
  constructor(private readonly pool: () => Pool) {}

  pressure(): Pressure {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.pool();
    return { total, idle, waiting, ...{ waits: 0, waitedMs: 0, longestWaitMs: 0, timeouts: 0, busy: 0, busyMs: 0 } };
  }

  /** By the simple protocol, which leaves `$1` to GENERIC_PLAN; a server before version 16 does not know it. */
  async explain(sql: string): Promise<string | null> {
    if (!plannable.test(sql)) return null;
    try {
      const { rows } = await this.pool().query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${sql}`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } catch {
      return null;
    }
  }

  sizes(): Promise<null> {
    return Promise.resolve(null);
  }

  freeBytes(): Promise<null> {
    return Promise.resolve(null);
  }
}
