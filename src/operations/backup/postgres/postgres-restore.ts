import type { Client } from 'pg';
import { describeTables } from '../../move/postgres/postgres-catalogue';
import { hasRows, setTransactionSettings } from '../../move/postgres/postgres-schema-objects';
import { quoteLiteral, quoteIdentifier } from '../../move/column-values';
import { BackupUnusable, WouldOverwrite } from '../backup.errors';
import { requireSameTables, type Manifest } from '../backup-manifest';
import { getMajorVersion } from './postgres-backup';
import { connect } from '../../move/postgres/postgres-sessions';
import { computeDigests } from './postgres-digests';
import { runTool, findTool } from './postgres-tools';
import type { RestoreOptions } from '../restore-options';

const lockTimeoutMs = 10_000;
const maxNameBytes = 63 - '_restoring'.length;

/**
 * Restores into a temporary database and swaps it with the target once it is verified. Both renames are one transaction. The role
 * needs CREATEDB, and no session may be connected to the target.
 */
export async function restorePostgres(options: RestoreOptions, manifest: Manifest | null): Promise<string> {
  const name = toDatabaseName(options.url);
  const temporaryName = `${name}_restoring`;
  return withClient(toSiblingUrl(options.url, 'postgres'), async (server) => {
    const tool = findTool('pg_restore', await getMajorVersion(server));
    await lockRestore(server, name);
    await requireReplaceable(server, options, name);
    await server.query(toDropSql(temporaryName));
    await server.query(
      `CREATE DATABASE ${quoteIdentifier(temporaryName)} TEMPLATE template0 ${await getLocaleSql(server, name)}`,
    );
    try {
      const url = toSiblingUrl(options.url, temporaryName);
      await runTool(
        tool,
        ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction', options.file],
        url,
      );
      if (manifest) requireSameTables(manifest, await withClient(url, readDigests));
      const auditReport = await options.auditCopy(url);
      await withClient(url, (client) => client.query('ANALYZE'));
      await swapDatabases(server, name, temporaryName);
      return auditReport;
    } finally {
      await server.query(toDropSql(temporaryName));
    }
  });
}

/** Prevents two restores of one database, because they would drop each other's temporary database. The lock ends with the session. */
async function lockRestore(server: Client, name: string): Promise<void> {
  const sql = "SELECT pg_try_advisory_lock(hashtext('restore:' || $1)) AS locked";
  const { rows } = await server.query<{ locked: boolean }>(sql, [name]);
  if (!rows[0]?.locked) throw new WouldOverwrite(name, 'is already being restored by another process');
}

/** Uses FORCE, because the pg_restore of a killed restore may still be connected. */
const toDropSql = (temporaryName: string): string =>
  `DROP DATABASE IF EXISTS ${quoteIdentifier(temporaryName)} WITH (FORCE)`;

async function readDigests(client: Client): ReturnType<typeof computeDigests> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await setTransactionSettings(client, lockTimeoutMs);
  return computeDigests(client);
}

async function requireReplaceable(server: Client, { url, replace }: RestoreOptions, name: string): Promise<void> {
  if (!(await exists(server, name))) return;
  await requireNoSessions(server, name);
  if (replace) return;
  await withClient(url, async (client) => {
    for (const table of await describeTables(client))
      if (await hasRows(client, table)) throw new WouldOverwrite(name, 'has rows; pass --replace to delete them');
  });
}

async function requireNoSessions(server: Client, name: string): Promise<void> {
  const { rows } = await server.query(
    "SELECT FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
    [name],
  );
  if (rows.length > 0)
    throw new WouldOverwrite(name, `has ${rows.length} open sessions; stop the processes that use it`);
}

/** Drops the old database last. A kill before the commit leaves it in place; a kill after the commit leaves it as `…_replaced`. */
async function swapDatabases(server: Client, name: string, temporaryName: string): Promise<void> {
  const replaced = `${name}_replaced`;
  const isPresent = await exists(server, name);
  await server.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(replaced)}`);
  await server.query('BEGIN');
  try {
    if (isPresent) await server.query(`ALTER DATABASE ${quoteIdentifier(name)} RENAME TO ${quoteIdentifier(replaced)}`);
    await server.query(`ALTER DATABASE ${quoteIdentifier(temporaryName)} RENAME TO ${quoteIdentifier(name)}`);
    await server.query('COMMIT');
  } catch (error) {
    await server.query('ROLLBACK');
    throw error;
  }
  await server.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(replaced)}`);
}

async function exists(server: Client, name: string): Promise<boolean> {
  return (await server.query('SELECT FROM pg_database WHERE datname = $1', [name])).rows.length > 0;
}

/** The locale of the target, so that sorting and case folding stay the same. */
async function getLocaleSql(server: Client, name: string): Promise<string> {
  const { rows } = await server.query<{ collate: string; ctype: string }>(
    'SELECT datcollate AS collate, datctype AS ctype FROM pg_database WHERE datname IN ($1, current_database()) ORDER BY datname <> $1 LIMIT 1',
    [name],
  );
  const { collate = 'C', ctype = 'C' } = rows[0] ?? {};
  return `ENCODING 'UTF8' LC_COLLATE ${quoteLiteral(collate)} LC_CTYPE ${quoteLiteral(ctype)}`;
}

function toDatabaseName(url: string): string {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  if (!name || name === 'postgres')
    throw new BackupUnusable(
      url.replace(/:[^:@/]*@/, ':…@'),
      'names no database to restore to, or the maintenance database postgres',
    );
  // PostgreSQL cuts names at 63 bytes, so a longer temporary name could become the name of the target.
  if (Buffer.byteLength(name) > maxNameBytes)
    throw new BackupUnusable(
      name,
      `is too long as the name of a database to restore to; at most ${maxNameBytes} bytes are allowed`,
    );
  return name;
}

const toSiblingUrl = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: `/${encodeURIComponent(name)}` }).href;

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
