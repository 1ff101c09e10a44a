import { requireOwnDatabase } from '../../platform/database/schema/foreign-database';
import type { TableDigest } from './table-digest';
import { postgresToSqlite } from './postgres-to-sqlite';
import type { MoveContext, MoveOptions, DatabaseLocation } from './move-options';
import { silentProgress } from './progress';
import { MoveRefused } from './move.errors';
import { sqliteToPostgres } from './sqlite-to-postgres';

/** A table that was moved. */
export interface MovedTable extends TableDigest {
  table: string;
}

/**
 * Copies a whole database to the other engine and verifies the copy. After an error the target is unchanged.
 * @throws MoveRefused with all problems, before anything is written
 * @throws ProofFailed if the copy differs from the source
 */
export async function moveDatabase(options: MoveOptions): Promise<MovedTable[]> {
  const { from, to, migrations, sums = {}, whileConnected = false, progress = silentProgress } = options;
  const move: MoveContext = { from: toLocation(from), to: toLocation(to), migrations, sums, whileConnected, progress };
  const sourceEngine = engineOf(from);
  if (sourceEngine === engineOf(to))
    throw new MoveRefused([
      { place: to, reason: 'both databases use the same engine: use backup and restore instead' },
    ]);
  for (const url of [from, to]) await requireOwnDatabase(url);
  const digests = sourceEngine === 'sqlite' ? await sqliteToPostgres(move) : await postgresToSqlite(move);
  return [...digests].map(([table, digest]) => ({ table, ...digest }));
}

const toLocation = (url: string): DatabaseLocation => ({ url, file: url.replace(/^sqlite:/, '') });

function engineOf(url: string): 'sqlite' | 'postgres' {
  if (/^sqlite:./.test(url)) return 'sqlite';
  if (/^postgres(ql)?:\/\/./.test(url)) return 'postgres';
  throw new MoveRefused([
    { place: url || '(empty address)', reason: 'the address must start with sqlite: or postgres://' },
  ]);
}
