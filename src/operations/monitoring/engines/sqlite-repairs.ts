import { name } from '../../../platform/findings/finding';
import type { RepairStatements } from '../inspector';

export const sqliteRepairs: RepairStatements = {
  createIndex: (table, columns) =>
    `CREATE INDEX ${name([table, ...columns].join('_'))} ON ${name(table)} (${columns.map(name).join(', ')});`,
  dropIndex: (index) => `DROP INDEX ${name(index)};`,
  rebuildIndex: (index) => `REINDEX ${name(index)};`,
  compact: () => 'VACUUM;',
  analyze: (table) => (table ? `ANALYZE ${name(table)};` : 'ANALYZE;'),
  endSession: (pid) => `-- end process ${pid}`,
  findBlockers: 'PRAGMA wal_checkpoint(PASSIVE);  -- busy = 1 means that another process keeps a transaction open',
};
