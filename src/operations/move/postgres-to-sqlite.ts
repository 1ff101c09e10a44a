import { existsSync } from 'node:fs';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import { migrate } from '../../platform/database/schema/migrate';
import { withFileLock } from '../../platform/database/sqlite/sqlite-lock';
import { requireEqualDigests, type Digests, type Sums } from './table-digest';
import type { MoveContext } from './move-options';
import { describeTables, findMigrations as migrationsOfServer } from './postgres/postgres-catalogue';
import { copyLines } from './postgres/postgres-row-lines';
import { getLastId } from './postgres/postgres-schema-objects';
import { findProblems } from './postgres/preflight-postgres';
import { inFrozenSource } from './postgres/postgres-sessions';
import { MoveRefused, requireNoProblems, type Problem } from './move.errors';
import { findMigrationProblems } from './schema-versions';
import { listColumnNames, listTablesWithRows, findMigrations } from './sqlite/sqlite-catalogue';
import { openExclusively, removeWriteAheadLog, replaceFile, removeFile } from './sqlite/sqlite-files';
import { computeDigest } from './sqlite/sqlite-row-lines';
import { continueIds, toLineInserter, rebuildSearchIndexes, dropSchemaObjects } from './sqlite/sqlite-schema-objects';
import { pairTables, type Table } from './table-pairing';

/** Copies into a new file next to the target and renames it once it is verified, so that a kill leaves the target unchanged. */
export async function postgresToSqlite(move: MoveContext): Promise<Digests> {
  const path = move.to.file;
  const unfinished = `${path}.moving`;
  let digests: Digests = new Map();
  await withFileLock(`${path}-moving`, async () => {
    removeFile(unfinished);
    try {
      digests = await inFrozenSource(move, (client) => fillFile(unfinished, client, move));
      // The lock on the old target is held from the last check until it is replaced.
      const oldTarget = existsSync(path) ? openEmptyTarget(path) : null;
      if (oldTarget) removeWriteAheadLog(oldTarget);
      replaceFile(unfinished, path);
      oldTarget?.close();
    } finally {
      removeFile(unfinished);
    }
  });
  for (const lock of [`${path}-moving`, `${unfinished}-migrating`]) removeFile(lock);
  return digests;
}

/** Opens the target exclusively. @throws MoveRefused if it holds rows */
function openEmptyTarget(path: string): Connection {
  const file = openExclusively(path);
  const filled = listTablesWithRows(file);
  if (filled.length === 0) return file;
  file.close();
  throw new MoveRefused(
    filled.map((place) => ({ place, what: 'this table of the target has rows, but the target must be empty' })),
  );
}

async function fillFile(unfinished: string, client: ClientBase, move: MoveContext): Promise<Digests> {
  const sourceMigrations = await migrationsOfServer(client);
  await migrate(`sqlite:${unfinished}`, move.migrations);
  const file = new Sqlite(unfinished);
  // No other process reads the file before it is complete, so it is written to disk once at the end.
  for (const setting of [
    'journal_mode = DELETE',
    'journal_mode = OFF',
    'synchronous = OFF',
    'cache_size = -65536',
    'foreign_keys = OFF',
  ])
    file.pragma(setting);
  try {
    const tables = await checkBeforeMove(file, sourceMigrations, client, move);
    const digests = await copyTables(file, client, tables, move);
    await proveCopy(file, client, tables, digests, move);
    return digests;
  } finally {
    file.close();
  }
}

async function checkBeforeMove(
  file: Connection,
  sourceMigrations: string[] | null,
  client: ClientBase,
  { to, progress }: MoveContext,
): Promise<Table[]> {
  progress.begin('Checking whether all data can be moved');
  const { tables, problems } = pairTables(await describeTables(client), listColumnNames(file));
  const versions = findMigrationProblems(sourceMigrations, findMigrations(file));
  requireNoProblems([...versions, ...(versions.length > 0 ? [] : problems)]);
  problems.push(...findTargetProblems(to.file));
  for (const table of tables) problems.push(...(await findProblems(client, table)));
  requireNoProblems(problems);
  progress.end();
  return tables;
}

/** Checks the target early, so that its problems are reported with all others. It is checked again before it is replaced. */
function findTargetProblems(path: string): Problem[] {
  if (!existsSync(path)) return [];
  try {
    openEmptyTarget(path).close();
    return [];
  } catch (error) {
    if (error instanceof MoveRefused) return [...error.problems];
    throw error;
  }
}

async function copyTables(
  file: Connection,
  client: ClientBase,
  tables: readonly Table[],
  { progress }: MoveContext,
): Promise<Digests> {
  const digests: Digests = new Map();
  const rebuild = dropSchemaObjects(file);
  file.exec('BEGIN');
  for (const table of tables) {
    progress.begin(`Copying ${table.name}`);
    const insert = toLineInserter(file, table);
    digests.set(table.name, await copyLines(client, table, progress, insert));
    continueIds(file, table, await getLastId(client, table));
    progress.end();
  }
  progress.begin('Building indexes and checking references');
  for (const statement of rebuild) file.exec(statement);
  rebuildSearchIndexes(file);
  file.exec('COMMIT; ANALYZE');
  progress.end();
  return digests;
}

async function proveCopy(
  file: Connection,
  client: ClientBase,
  tables: readonly Table[],
  digests: Digests,
  { sums, progress }: MoveContext,
): Promise<void> {
  const copied: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Verifying ${table.name}`, digests.get(table.name)?.rows);
    copied.set(table.name, computeDigest(file, table, progress));
    progress.end();
  }
  const [sourceSums, targetSums]: [Sums, Sums] = [{}, {}];
  for (const [name, sql] of Object.entries(sums)) {
    sourceSums[name] = String(Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]);
    targetSums[name] = String(file.prepare(sql).pluck().get());
  }
  requireEqualDigests(digests, copied, sourceSums, targetSums);
  const brokenCount = file.prepare('SELECT count(*) FROM pragma_foreign_key_check').pluck().get() as number;
  if (brokenCount > 0) throw new Error(`${brokenCount} references in the copy refer to missing rows`);
}
