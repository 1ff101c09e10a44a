import type { Client } from 'pg';
import { describe } from '../move/postgres-catalogue';
import { isFilled, settle } from '../move/postgres-schema-objects';
import { literal, quoted } from '../move/column-values';
import { BackupUnusable, WouldOverwrite } from './backup.errors';
import { compare, type Manifest } from './backup-manifest';
import { majorOf } from './postgres-backup';
import { connected } from '../move/postgres-sessions';
import { digestsOf } from './postgres-digests';
import { runTool, toolFor } from './postgres-tools';
import type { Restore } from './restore-options';

const lockTimeoutMs = 10_000;
const longestName = 63 - '_restoring'.length;

/**
 * Into a database of its own, which takes the target's name once it is proved: both renames are one transaction. The role needs
 * CREATEDB, and nobody may be connected to the target.
 */
export async function restorePostgres(order: Restore, manifest: Manifest | null): Promise<string> {
  const name = nameOf(order.url);
  const beside = `${name}_restoring`;
  return on(sibling(order.url, 'postgres'), async (server) => {
    const tool = toolFor('pg_restore', await majorOf(server));
    await takeTurn(server, name);
    await requireFree(server, order, name);
    await server.query(dropped(beside));
    await server.query(`CREATE DATABASE ${quoted(beside)} TEMPLATE template0 ${await localeOf(server, name)}`);
    try {
      const url = sibling(order.url, beside);
      await runTool(
        tool,
        ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction', order.file],
        url,
      );
      if (manifest) compare(manifest, await on(url, contents));
      const told = await order.tryOut(url);
      await on(url, (client) => client.query('ANALYZE'));
      await swap(server, name, beside);
      return told;
    } finally {
      await server.query(dropped(beside));
    }
  });
}

/** Two restores of one database would drop each other's; who is killed gives the turn back with its session. */
async function takeTurn(server: Client, name: string): Promise<void> {
  const sql = "SELECT pg_try_advisory_lock(hashtext('restore:' || $1)) AS taken";
  const { rows } = await server.query<{ taken: boolean }>(sql, [name]);
  if (!rows[0]?.taken) throw new WouldOverwrite(name, 'is being restored already');
}

/** By force: the pg_restore of a restore that was killed is still at it. */
const dropped = (beside: string): string => `DROP DATABASE IF EXISTS ${quoted(beside)} WITH (FORCE)`;

async function contents(client: Client): ReturnType<typeof digestsOf> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await settle(client, lockTimeoutMs);
  return digestsOf(client);
}

async function requireFree(server: Client, { url, replace }: Restore, name: string): Promise<void> {
  if (!(await exists(server, name))) return;
  await requireNobody(server, name);
  if (replace) return;
  await on(url, async (client) => {
    for (const table of await describe(client))
      if (await isFilled(client, table)) throw new WouldOverwrite(name, 'holds a database with rows: say --replace');
  });
}

async function requireNobody(server: Client, name: string): Promise<void> {
  const { rows } = await server.query(
    "SELECT FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
    [name],
  );
  if (rows.length > 0)
    throw new WouldOverwrite(name, `has ${rows.length} other sessions connected: stop what uses it first`);
}

/** What was there goes last; a kill before the commit leaves it in its place, and one after it leaves a database to drop. */
async function swap(server: Client, name: string, beside: string): Promise<void> {
  const replaced = `${name}_replaced`;
  const had = await exists(server, name);
  await server.query(`DROP DATABASE IF EXISTS ${quoted(replaced)}`);
  await server.query('BEGIN');
  try {
    if (had) await server.query(`ALTER DATABASE ${quoted(name)} RENAME TO ${quoted(replaced)}`);
    await server.query(`ALTER DATABASE ${quoted(beside)} RENAME TO ${quoted(name)}`);
    await server.query('COMMIT');
  } catch (error) {
    await server.query('ROLLBACK');
    throw error;
  }
  await server.query(`DROP DATABASE IF EXISTS ${quoted(replaced)}`);
}

async function exists(server: Client, name: string): Promise<boolean> {
  return (await server.query('SELECT FROM pg_database WHERE datname = $1', [name])).rows.length > 0;
}

/** What sorts and folds letters there, sorts and folds them here. */
async function localeOf(server: Client, name: string): Promise<string> {
  const { rows } = await server.query<{ collate: string; ctype: string }>(
    'SELECT datcollate AS collate, datctype AS ctype FROM pg_database WHERE datname IN ($1, current_database()) ORDER BY datname <> $1 LIMIT 1',
    [name],
  );
  const { collate = 'C', ctype = 'C' } = rows[0] ?? {};
  return `ENCODING 'UTF8' LC_COLLATE ${literal(collate)} LC_CTYPE ${literal(ctype)}`;
}

function nameOf(url: string): string {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  if (!name || name === 'postgres')
    throw new BackupUnusable(url.replace(/:[^:@/]*@/, ':…@'), 'names no database of ours to restore to');
  // PostgreSQL cuts names at 63 bytes: the one beside it would be the database itself.
  if (Buffer.byteLength(name) > longestName)
    throw new BackupUnusable(name, `has a longer name than can be restored to: ${longestName} bytes at most`);
  return name;
}

const sibling = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: `/${encodeURIComponent(name)}` }).href;

async function on<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
