import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';
import { LineDigest, requireEqualDigests, type Digests, type Sums, type TableDigest } from './table-digest';
import type { MoveContext } from './move-options';
import { findCaseCollisions } from './case-collisions';
import { copyLines } from './postgres/postgres-row-lines';
import { describeTables, findMigrations as migrationsOfServer } from './postgres/postgres-catalogue';
import { continueSequence, hasRows, dropSchemaObjects } from './postgres/postgres-schema-objects';
import { registerFunctions, findFileProblems, findOrphans, findValueProblems } from './sqlite/preflight-sqlite';
import type { Progress } from './progress';
import { requireNoProblems } from './move.errors';
import { findMigrationProblems } from './schema-versions';
import { listColumnNames, getLastId, findMigrations } from './sqlite/sqlite-catalogue';
import { openExclusively } from './sqlite/sqlite-files';
import { readLines } from './sqlite/sqlite-row-lines';
import { inTargetTransaction } from './postgres/postgres-sessions';
import { pairTables, type Table } from './table-pairing';
import { quoteIdentifier } from './column-values';

/** Runs in one transaction of the target, so that an error or a kill leaves the target unchanged. */
export async function sqliteToPostgres(move: MoveContext): Promise<Digests> {
  const source = openExclusively(move.from.file);
  try {
    return await inTargetTransaction(move, async (client) => {
      const tables = await checkBeforeMove(source, client, move);
      const rebuild = await dropSchemaObjects(client, tables);
      const digests = await copyTables(source, client, tables, move.progress);
      await rebuildSchemaObjects(source, client, tables, rebuild, move.progress);
      await proveCopy(source, client, tables, digests, move);
      return digests;
    });
  } finally {
    source.close();
  }
}

async function checkBeforeMove(
  source: Connection,
  client: ClientBase,
  { from: { file }, progress }: MoveContext,
): Promise<Table[]> {
  progress.begin('Checking whether all data can be moved');
  registerFunctions(source);
  const { tables, problems } = pairTables(await describeTables(client), listColumnNames(source));
  const versions = findMigrationProblems(findMigrations(source), await migrationsOfServer(client));
  requireNoProblems([...versions, ...(versions.length > 0 ? [] : problems)]);
  await lockTables(client, tables);
  for (const table of tables)
    if (await hasRows(client, table))
      problems.push({ place: table.name, what: 'this table of the target has rows, but the target must be empty' });
  problems.push(...findFileProblems(source, file), ...findOrphans(source));
  for (const table of tables)
    problems.push(...findValueProblems(source, table), ...(await findCaseCollisions(source, client, table)));
  requireNoProblems(problems);
  progress.end();
  return tables;
}

async function lockTables(client: ClientBase, tables: readonly Table[]): Promise<void> {
  await client.query(
    `LOCK TABLE ${tables.map(({ name }) => quoteIdentifier(name)).join(', ')} IN ACCESS EXCLUSIVE MODE`,
  );
}

async function copyTables(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  progress: Progress,
): Promise<Digests> {
  const digests: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Copying ${table.name}`, countRows(source, table));
    digests.set(table.name, await copyTable(source, client, table, progress));
    progress.end();
  }
  return digests;
}

const countRows = (source: Connection, { name }: Table): number =>
  source
    .prepare(`SELECT count(*) FROM ${quoteIdentifier(name)}`)
    .pluck()
    .get() as number;

async function copyTable(
  source: Connection,
  client: ClientBase,
  table: Table,
  progress: Progress,
): Promise<TableDigest> {
  const digest = new LineDigest();
  const columns = table.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  function* readBuffers(): Generator<Buffer> {
    for (const lines of readLines(source, table)) {
      digest.add(lines.canonical, lines.rows);
      progress.rows(lines.rows);
      yield Buffer.from(lines.copied);
    }
  }
  const target = client.query(from(`COPY ${quoteIdentifier(table.name)} (${columns}) FROM STDIN WITH (FREEZE)`));
  await pipeline(Readable.from(readBuffers(), { objectMode: true, highWaterMark: 2 }), target);
  return digest.end();
}

async function rebuildSchemaObjects(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  rebuild: readonly string[],
  progress: Progress,
): Promise<void> {
  progress.begin('Building indexes and checking references');
  await client.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const statement of rebuild) await client.query(statement);
  for (const table of tables) await continueSequence(client, table, getLastId(source, table.name));
  await client.query(`ANALYZE ${tables.map(({ name }) => quoteIdentifier(name)).join(', ')}`);
  progress.end();
}

/** Reads all rows back from the target and compares them. */
async function proveCopy(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  digests: Digests,
  { sums, progress }: MoveContext,
): Promise<void> {
  const copied: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Verifying ${table.name}`, digests.get(table.name)?.rows);
    copied.set(table.name, await copyLines(client, table, progress));
    progress.end();
  }
  const [sourceSums, targetSums]: [Sums, Sums] = [{}, {}];
  for (const [name, sql] of Object.entries(sums)) {
    sourceSums[name] = String(source.prepare(sql).pluck().get());
    targetSums[name] = String(Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]);
  }
  requireEqualDigests(digests, copied, sourceSums, targetSums);
}
