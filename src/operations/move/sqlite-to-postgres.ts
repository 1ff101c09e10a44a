import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { LineDigest, requireEqualDigests, type Digests, type Sums, type TableDigest } from './table-digest';
import type { MoveContext } from './move-options';
import { findCaseCollisions } from './case-collisions';
import { copyLines, queryText } from './postgres/postgres-row-lines';
import { describeTables, findMigrations as findServerMigrations } from './postgres/postgres-catalogue';
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

/** Copies a file into a server in one transaction of the target, so that an error or a kill leaves the target unchanged. */
export async function sqliteToPostgres(move: MoveContext): Promise<Digests> {
  const source = openExclusively(move.from.file);
  try {
    return await inTargetTransaction(move, async (client) => {
      const tables = await checkBeforeMove(source, client, move);
      const rebuildSql = await dropSchemaObjects(client, tables);
      const digests = await copyTables(source, client, tables, move.progress);
      await rebuildSchemaObjects(source, client, tables, rebuildSql, move.progress);
      await verifyCopy(source, client, tables, digests, move);
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
  // Different migrations explain different tables, so the tables are reported only if the migrations are equal.
  requireNoProblems(findMigrationProblems(findMigrations(source), await findServerMigrations(client)));
  requireNoProblems(problems);
  await lockTables(client, tables);
  for (const table of tables)
    if (await hasRows(client, table))
      problems.push({ place: table.name, reason: 'this table of the target has rows, but the target must be empty' });
  problems.push(...findFileProblems(source, file), ...findOrphans(source));
  for (const table of tables) {
    problems.push(...findValueProblems(source, table));
    problems.push(...(await findCaseCollisions(source, client, table)));
  }
  requireNoProblems(problems);
  progress.end();
  return tables;
}

async function lockTables(client: ClientBase, tables: readonly Table[]): Promise<void> {
  await client.query(`LOCK TABLE ${toNamesSql(tables)} IN ACCESS EXCLUSIVE MODE`);
}

const toNamesSql = (named: readonly { name: string }[]): string =>
  named.map(({ name }) => quoteIdentifier(name)).join(', ');

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
  /** Reads the lines for COPY, and adds them to the digest and to the progress. */
  function* readBuffers(): Generator<Buffer> {
    for (const lines of readLines(source, table)) {
      digest.add(lines.canonical, lines.rows);
      progress.rows(lines.rows);
      yield Buffer.from(lines.copied);
    }
  }
  const copySql = `COPY ${quoteIdentifier(table.name)} (${toNamesSql(table.columns)}) FROM STDIN WITH (FREEZE)`;
  const target = client.query(copyFrom(copySql));
  await pipeline(Readable.from(readBuffers(), { objectMode: true, highWaterMark: 2 }), target);
  return digest.end();
}

async function rebuildSchemaObjects(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  rebuildSql: readonly string[],
  progress: Progress,
): Promise<void> {
  progress.begin('Building indexes and checking references');
  await client.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const statement of rebuildSql) await client.query(statement);
  for (const table of tables) await continueSequence(client, table, getLastId(source, table.name));
  await client.query(`ANALYZE ${toNamesSql(tables)}`);
  progress.end();
}

/** Reads all rows of the copy and compares them with the source. */
async function verifyCopy(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  digests: Digests,
  { sums, progress }: MoveContext,
): Promise<void> {
  const copyDigests: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Verifying ${table.name}`, digests.get(table.name)?.rows);
    copyDigests.set(table.name, await copyLines(client, table, progress));
    progress.end();
  }
  const sourceSums: Sums = {};
  const targetSums: Sums = {};
  for (const [name, sql] of Object.entries(sums)) {
    sourceSums[name] = String(source.prepare(sql).pluck().get());
    targetSums[name] = await queryText(client, sql);
  }
  requireEqualDigests(digests, copyDigests, sourceSums, targetSums);
}
