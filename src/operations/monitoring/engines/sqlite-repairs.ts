import { quoteIfNeeded } from '../../../platform/findings/finding';
import type { RepairStatements } from '../inspector';

export const sqliteRepairs: RepairStatements = {
  createIndex(table, columns) {
    const indexName = [table, ...columns].join('_');
    const columnList = columns.map(quoteIfNeeded).join(', ');
    return `CREATE INDEX ${quoteIfNeeded(indexName)} ON ${quoteIfNeeded(table)} (${columnList});`;
  },
  dropIndex: (index) => `DROP INDEX ${quoteIfNeeded(index)};`,
  rebuildIndex: (index) => `REINDEX ${quoteIfNeeded(index)};`,
  compact: () => 'VACUUM;',
  analyze: (table) => (table ? `ANALYZE ${quoteIfNeeded(table)};` : 'ANALYZE;'),
  endSession: (pid) => `-- end process ${pid}`,
  findBlockers: 'PRAGMA wal_checkpoint(PASSIVE);  -- busy = 1 means that another process keeps a transaction open',
};
