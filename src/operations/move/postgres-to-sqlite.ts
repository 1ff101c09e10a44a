import { existsSync } from 'node:fs';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import { migrate } from '../../platform/database/schema/migrate';
import { withFileLock } from '../../platform/database/sqlite/sqlite-lock';
import { requireEqualDigests, type Digests, type Sums } from './table-digest';
import type { MoveContext } from './move-options';
import { describeTables, findMigrations as findServerMigrations } from './postgres/postgres-catalogue';
import { copyLines, queryText } from './postgres/postgres-row-lines';
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

/** Copies into a new file next to the target. The file is renamed once it is verified, so that a kill leaves the target unchanged. */
export async function postgresToSqlite(move: MoveContext): Promise<Digests> {
  const path = move.to.file;
  const unfinishedPath = `${path}.moving`;
  let digests: Digests = new Map();
  await withFileLock(`${path}-moving`, async () => {
    removeFile(unfinishedPath);
    try {
      digests = await inFrozenSource(move, (client) => fillFile(unfinishedPath, client, move));
      // The lock on the old target is held from the last check until it is replaced.
      const oldTarget = existsSync(path) ? openEmptyTarget(path) : null;
      if (oldTarget) removeWriteAheadLog(oldTarget);
      replaceFile(unfinishedPath, path);
      oldTarget?.close();
    } finally {
      removeFile(unfinishedPath);
    }
  });
  for (const lockPath of [`${path}-moving`, `${unfinishedPath}-migrating`]) removeFile(lockPath);
  return digests;
}

/** Opens the target exclusively. @throws MoveRefused if it holds rows */
function openEmptyTarget(path: string): Connection {
  const file = openExclusively(path);
  const tablesWithRows = listTablesWithRows(file);
  if (tablesWithRows.length === 0) return file;
  file.close();
  const reason = 'this table of the target has rows, but the target must be empty';
  throw new MoveRefused(tablesWithRows.map((place) => ({ place, reason })));
}

async function fillFile(path: string, client: ClientBase, move: MoveContext): Promise<Digests> {
  const sourceMigrations = await findServerMigrations(client);
  await migrate(`sqlite:${path}`, move.migrations);
  const file = new Sqlite(path);
  // The file is written without a journal and flushed to disk once at the end, because no other process reads it before.
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
    await verifyCopy(file, client, tables, digests, move);
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
  // Different migrations explain different tables, so the tables are reported only if the migrations are equal.
  requireNoProblems(findMigrationProblems(sourceMigrations, findMigrations(file)));
  requireNoProblems(problems);
  problems.push(...findTargetProblems(to.file));
  for (const table of tables) problems.push(...(await findProblems(client, table)));
  requireNoProblems(problems);
  progress.end();
  return tables;
}

/** Checks the target early, so that its problems are reported with all others. The target is checked again before it is replaced. */
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
  const rebuildSql = dropSchemaObjects(file);
  file.exec('BEGIN');
  for (const table of tables) {
    progress.begin(`Copying ${table.name}`);
    const insert = toLineInserter(file, table);
    digests.set(table.name, await copyLines(client, table, progress, insert));
    continueIds(file, table, await getLastId(client, table));
    progress.end();
  }
  progress.begin('Building indexes and checking references');
  for (const statement of rebuildSql) file.exec(statement);
  rebuildSearchIndexes(file);
  file.exec('COMMIT; ANALYZE');
  progress.end();
  return digests;
}

/** Reads all rows of the copy and compares them with the source. */
async function verifyCopy(
  file: Connection,
  client: ClientBase,
  tables: readonly Table[],
  digests: Digests,
  { sums, progress }: MoveContext,
): Promise<void> {
  const copyDigests: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Verifying ${table.name}`, digests.get(table.name)?.rows);
    copyDigests.set(table.name, computeDigest(file, table, progress));
    progress.end();
  }
  const sourceSums: Sums = {};
  const targetSums: Sums = {};
  for (const [name, sql] of Object.entries(sums)) {
    sourceSums[name] = await queryText(client, sql);
    targetSums[name] = String(file.prepare(sql).pluck().get());
  }
  requireEqualDigests(digests, copyDigests, sourceSums, targetSums);
  const brokenCount = file.prepare('SELECT count(*) FROM pragma_foreign_key_check').pluck().get() as number;
  if (brokenCount > 0) throw new Error(`${brokenCount} references in the copy refer to missing rows`);
}
