import type { MigrationClass } from '../../platform/process/extension';
import { moveDatabase } from './move';
import { showProgressOn } from './progress';

export interface MoveArguments {
  from: string;
  to: string;
  filesTo?: string;
  whileConnected?: boolean;
}

/** Moves the database, shows progress on standard error, and returns the report to print. */
export async function moveWithReport(
  { from, to, whileConnected = false }: MoveArguments,
  migrations: readonly MigrationClass[],
  sums: Record<string, string>,
  auditCopy: (url: string) => Promise<string>,
): Promise<string> {
  const progress = showProgressOn(process.stderr);
  const startedMs = performance.now();
  const tables = await moveDatabase({ from, to, migrations: [...migrations], sums, whileConnected, progress });
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const lines = tables.map(({ table, rows, sha256 }) => `${table.padEnd(34)} ${String(rows).padStart(10)}  ${sha256}`);
  let rowCount = 0;
  for (const { rows } of tables) rowCount += rows;
  const summary = `${tables.length} tables with ${rowCount} rows were moved and verified in ${seconds} s`;
  return [...lines, summary, await auditCopy(to)].join('\n');
}
