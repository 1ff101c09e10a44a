import { quoteIfNeeded } from '../../../platform/findings/finding';
import type { RepairStatements } from '../inspector';

/** Uses CONCURRENTLY, so that no statement blocks writers. */
export const postgresRepairs: RepairStatements = {
  createIndex: (table, columns) =>
    `CREATE INDEX CONCURRENTLY ON ${quoteIfNeeded(table)} (${columns.map(quoteIfNeeded).join(', ')});`,
  dropIndex: (index) => `DROP INDEX CONCURRENTLY ${quoteIfNeeded(index)};`,
  rebuildIndex: (index) => `REINDEX INDEX CONCURRENTLY ${quoteIfNeeded(index)};`,
  compact: (table) => `VACUUM (ANALYZE) ${quoteIfNeeded(table)};`,
  analyze: (table) => (table ? `ANALYZE ${quoteIfNeeded(table)};` : 'ANALYZE;'),
  endSession: (pid) => `SELECT pg_terminate_backend(${pid});`,
  findBlockers:
    'SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;',
};
