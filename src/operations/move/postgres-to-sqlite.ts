import { existsSync } from 'node:fs';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import { migrate } from '../../platform/database/schema/migrate';
import { holding } from '../../platform/database/sqlite/sqlite-lock';
import { requireSame, type Digests, type Sums } from './table-digest';
import type { Move } from './move-options';
import { describe, migrationsOf as migrationsOfServer } from './postgres-catalogue';
import { eachLines } from './postgres-row-lines';
import { lastGiven } from './postgres-schema-objects';
import { problemsOf } from './preflight-postgres';
import { inFrozenSource } from './postgres-sessions';
import { MoveRefused, refuse, type Problem } from './move.errors';
import { migrationProblems } from './schema-versions';
import { columnNames, filledTables, migrationsOf } from './sqlite-catalogue';
import { frozen, leaveNoLog, putInPlace, removeFile } from './sqlite-files';
import { digestOf } from './sqlite-row-lines';
import { continueIds, insertInto, rebuildSearch, stripFile } from './sqlite-schema-objects';
import { pair, type Table } from './table-pairing';

/** Into a new file beside the target, which takes its name once it is proved: a kill leaves the target as it was. */
export async function postgresToSqlite(move: Move): Promise<Digests> {
  const path = move.to.file;
  const unfinished = `${path}.moving`;
  let digests: Digests = new Map();
  await holding(`${path}-moving`, async () => {
    removeFile(unfinished);
    try {
      digests = await inFrozenSource(move, (client) => fill(unfinished, client, move));
      // Held from the last look at it to the moment it is replaced.
      const before = existsSync(path) ? emptyTarget(path) : null;
      if (before) leaveNoLog(before);
      putInPlace(unfinished, path);
      before?.close();
    } finally {
      removeFile(unfinished);
    }
  });
  for (const lock of [`${path}-moving`, `${unfinished}-migrating`]) removeFile(lock);
  return digests;
}

/** The target, when it holds no rows; nobody else has it open. */
function emptyTarget(path: string): Connection {
  const file = frozen(path);
  const filled = filledTables(file);
  if (filled.length === 0) return file;
  file.close();
  throw new MoveRefused(filled.map((place) => ({ place, what: 'the target is not empty' })));
}

async function fill(unfinished: string, client: ClientBase, move: Move): Promise<Digests> {
  const known = await migrationsOfServer(client);
  await migrate(`sqlite:${unfinished}`, move.migrations);
  const file = new Sqlite(unfinished);
  // Nobody reads this file before it is whole; it is brought to the disk once, at the end.
  for (const setting of [
    'journal_mode = DELETE',
    'journal_mode = OFF',
    'synchronous = OFF',
    'cache_size = -65536',
    'foreign_keys = OFF',
  ])
    file.pragma(setting);
  try {
    const tables = await preflight(file, known, client, move);
    const digests = await load(file, client, tables, move);
    await prove(file, client, tables, digests, move);
    return digests;
  } finally {
    file.close();
  }
}

async function preflight(
  file: Connection,
  known: string[] | null,
  client: ClientBase,
  { to, progress }: Move,
): Promise<Table[]> {
  progress.begin('Looking for what cannot be moved');
  const { tables, problems } = pair(await describe(client), columnNames(file));
  const versions = migrationProblems(known, migrationsOf(file));
  refuse([...versions, ...(versions.length > 0 ? [] : problems)]);
  problems.push(...targetProblems(to.file));
  for (const table of tables) problems.push(...(await problemsOf(client, table)));
  refuse(problems);
  progress.end();
  return tables;
}

/** Found now, so that it is told with the rest; looked at again before the file is replaced. */
function targetProblems(path: string): Problem[] {
  if (!existsSync(path)) return [];
  try {
    emptyTarget(path).close();
    return [];
  } catch (error) {
    if (error instanceof MoveRefused) return [...error.problems];
    throw error;
  }
}

async function load(
  file: Connection,
  client: ClientBase,
  tables: readonly Table[],
  { progress }: Move,
): Promise<Digests> {
  const digests: Digests = new Map();
  const rebuild = stripFile(file);
  file.exec('BEGIN');
  for (const table of tables) {
    progress.begin(`Copying ${table.name}`);
    const insert = insertInto(file, table);
    digests.set(table.name, await eachLines(client, table, progress, insert));
    continueIds(file, table, await lastGiven(client, table));
    progress.end();
  }
  progress.begin('Building indexes, checking references');
  for (const statement of rebuild) file.exec(statement);
  rebuildSearch(file);
  file.exec('COMMIT; ANALYZE');
  progress.end();
  return digests;
}

async function prove(
  file: Connection,
  client: ClientBase,
  tables: readonly Table[],
  digests: Digests,
  { sums, progress }: Move,
): Promise<void> {
  const copied: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Proving ${table.name}`, digests.get(table.name)?.rows);
    copied.set(table.name, digestOf(file, table, progress));
    progress.end();
  }
  const [before, after]: [Sums, Sums] = [{}, {}];
  for (const [name, sql] of Object.entries(sums)) {
    before[name] = String(Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]);
    after[name] = String(file.prepare(sql).pluck().get());
  }
  requireSame(digests, copied, before, after);
  const broken = file.prepare('SELECT count(*) FROM pragma_foreign_key_check').pluck().get() as number;
  if (broken > 0) throw new Error(`${broken} references point at nothing in the copy`);
}
