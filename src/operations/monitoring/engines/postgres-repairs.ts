import { name } from '../../../platform/findings/finding';
import type { RepairStatements } from '../inspector';

/** Uses CONCURRENTLY, so that no statement blocks writers. */
export const postgresRepairs: RepairStatements = {
  createIndex: (table, columns) => `CREATE INDEX CONCURRENTLY ON ${name(table)} (${columns.map(name).join(', ')});`,
  dropIndex: (index) => `DROP INDEX CONCURRENTLY ${name(index)};`,
  rebuildIndex: (index) => `REINDEX INDEX CONCURRENTLY ${name(index)};`,
  compact: (table) => `VACUUM (ANALYZE) ${name(table)};`,
  analyze: (table) => (table ? `ANALYZE ${name(table)};` : 'ANALYZE;'),
  endSession: (pid) => `SELECT pg_terminate_backend(${pid});`,
  findBlockers:
    'SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;',
};
