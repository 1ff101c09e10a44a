import type { Pool } from 'pg';
import type { ConnectionUsage, Diagnostics } from '../statements/diagnostics';

/** Matches a single statement that has a plan. */
const plannable = /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b[^;]*$/i;

/** Reports the usage of this process's pool, and the plans of statements. */
export class PostgresDiagnostics implements Diagnostics {
  constructor(private readonly pool: () => Pool) {}

  connectionUsage(): ConnectionUsage {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.pool();
    return { total, idle, waiting, waits: 0, waitedMs: 0, longestWaitMs: 0, timeouts: 0, busy: 0, busyMs: 0 };
  }

  /** Uses GENERIC_PLAN, which plans a statement without its values. Servers before version 16 do not have it, so they return no plan. */
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
