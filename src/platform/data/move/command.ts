import { parseArgs } from 'node:util';
import type { Migrations } from '../../database/migrate';
import { moveDatabase } from './move';
import { progressOn } from './progress';
import { MoveRefused } from './refusals';

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  'while-connected': { type: 'boolean', default: false },
} as const;

/** What the application adds to a move: its migrations, its totals, and a look at the finished copy with its own eyes. */
export interface MoveSetting {
  migrations: Migrations;
  sums: Record<string, string>;
  /** Starts the application on the copy; gives a line to print. */
  tryOut: (url: string) => Promise<string>;
}

/** `db:move --from URL --to URL`; gives what there is to say at the end. */
export async function move(words: string[], { migrations, sums, tryOut }: MoveSetting): Promise<string> {
  const { from, to, 'while-connected': whileConnected } = parseArgs({ args: words, options }).values;
  if (!from || !to) throw new MoveRefused([{ place: 'db:move', what: 'say --from URL --to URL' }]);
  const progress = progressOn(process.stderr);
  const started = performance.now();
  const tables = await moveDatabase({ from, to, migrations, sums, whileConnected, progress });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const lines = tables.map(({ table, rows, sha256 }) => `${table.padEnd(34)} ${String(rows).padStart(10)}  ${sha256}`);
  const told = `${tables.length} tables with ${rows} rows moved and proved in ${seconds} s`;
  return [...lines, told, await tryOut(to)].join('\n');
}
