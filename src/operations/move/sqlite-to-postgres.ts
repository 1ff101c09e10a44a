import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';
import { LineDigest, requireSame, type Digests, type Sums, type TableDigest } from './table-digest';
import type { Move } from './move-options';
import { caselessCollisions } from './case-collisions';
import { eachLines } from './postgres-row-lines';
import { describe, migrationsOf as migrationsOfServer } from './postgres-catalogue';
import { continueSequence, isFilled, strip } from './postgres-schema-objects';
import { addFunctions, fileProblems, orphanProblems, valueProblems } from './preflight-sqlite';
import type { Progress } from './progress';
import { refuse } from './move.errors';
import { migrationProblems } from './schema-versions';
import { columnNames, lastId, migrationsOf } from './sqlite-catalogue';
import { frozen } from './sqlite-files';
import { linesOf } from './sqlite-row-lines';
import { inTarget } from './postgres-sessions';
import { pair, type Table } from './table-pairing';
import { quoted } from './column-values';

/** Everything in one transaction of the target: whatever ends it early, a kill included, leaves the target as it was. */
export async function sqliteToPostgres(move: Move): Promise<Digests> {
  const source = frozen(move.from.file);
  try {
    return await inTarget(move, async (client) => {
      const tables = await preflight(source, client, move);
      const rebuild = await strip(client, tables);
      const digests = await load(source, client, tables, move.progress);
      await finish(source, client, tables, rebuild, move.progress);
      await prove(source, client, tables, digests, move);
      return digests;
    });
  } finally {
    source.close();
  }
}

async function preflight(source: Connection, client: ClientBase, { from: { file }, progress }: Move): Promise<Table[]> {
  progress.begin('Looking for what cannot be moved');
  addFunctions(source);
  const { tables, problems } = pair(await describe(client), columnNames(source));
  const versions = migrationProblems(migrationsOf(source), await migrationsOfServer(client));
  refuse([...versions, ...(versions.length > 0 ? [] : problems)]);
  await lockAll(client, tables);
  for (const table of tables)
    if (await isFilled(client, table)) problems.push({ place: table.name, what: 'the target is not empty' });
  problems.push(...fileProblems(source, file), ...orphanProblems(source));
  for (const table of tables)
    problems.push(...valueProblems(source, table), ...(await caselessCollisions(source, client, table)));
  refuse(problems);
  progress.end();
  return tables;
}

async function lockAll(client: ClientBase, tables: readonly Table[]): Promise<void> {
  await client.query(`LOCK TABLE ${tables.map(({ name }) => quoted(name)).join(', ')} IN ACCESS EXCLUSIVE MODE`);
}

async function load(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  progress: Progress,
): Promise<Digests> {
  const digests: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Copying ${table.name}`, rowsOf(source, table));
    digests.set(table.name, await copy(source, client, table, progress));
    progress.end();
  }
  return digests;
}

const rowsOf = (source: Connection, { name }: Table): number =>
  source
    .prepare(`SELECT count(*) FROM ${quoted(name)}`)
    .pluck()
    .get() as number;

async function copy(source: Connection, client: ClientBase, table: Table, progress: Progress): Promise<TableDigest> {
  const digest = new LineDigest();
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  function* sent(): Generator<Buffer> {
    for (const lines of linesOf(source, table)) {
      digest.add(lines.canonical, lines.rows);
      progress.rows(lines.rows);
      yield Buffer.from(lines.copied);
    }
  }
  const target = client.query(from(`COPY ${quoted(table.name)} (${columns}) FROM STDIN WITH (FREEZE)`));
  await pipeline(Readable.from(sent(), { objectMode: true, highWaterMark: 2 }), target);
  return digest.end();
}

async function finish(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  rebuild: readonly string[],
  progress: Progress,
): Promise<void> {
  progress.begin('Building indexes, checking references');
  await client.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const statement of rebuild) await client.query(statement);
  for (const table of tables) await continueSequence(client, table, lastId(source, table.name));
  await client.query(`ANALYZE ${tables.map(({ name }) => quoted(name)).join(', ')}`);
  progress.end();
}

/** Reads everything back from the target. */
async function prove(
  source: Connection,
  client: ClientBase,
  tables: readonly Table[],
  digests: Digests,
  { sums, progress }: Move,
): Promise<void> {
  const copied: Digests = new Map();
  for (const table of tables) {
    progress.begin(`Proving ${table.name}`, digests.get(table.name)?.rows);
    copied.set(table.name, await eachLines(client, table, progress));
    progress.end();
  }
  const [before, after]: [Sums, Sums] = [{}, {}];
  for (const [name, sql] of Object.entries(sums)) {
    before[name] = String(source.prepare(sql).pluck().get());
    after[name] = String(Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]);
  }
  requireSame(digests, copied, before, after);
}
