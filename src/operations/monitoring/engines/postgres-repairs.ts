import { quoteIfNeeded } from '../../../platform/findings/finding';
import type { RepairStatements } from '../inspector';

/** The indexes are created, dropped and rebuilt CONCURRENTLY, so that writers are not blocked. */
export const postgresRepairs: RepairStatements = {
  createIndex(table, columns) {
    const columnList = columns.map(quoteIfNeeded).join(', ');
    return `CREATE INDEX CONCURRENTLY ON ${quoteIfNeeded(table)} (${columnList});`;
  },
  dropIndex: (index) => `DROP INDEX CONCURRENTLY ${quoteIfNeeded(index)};`,
  rebuildIndex: (index) => `REINDEX INDEX CONCURRENTLY ${quoteIfNeeded(index)};`,
  compact: (table) => `VACUUM (ANALYZE) ${quoteIfNeeded(table)};`,
  analyze: (table) => (table ? `ANALYZE ${quoteIfNeeded(table)};` : 'ANALYZE;'),
  endSession: (pid) => `SELECT pg_terminate_backend(${pid});`,
  findBlockers:
    'SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;',
};
