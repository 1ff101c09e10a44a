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
const temporarySuffix = '_restoring';
/** PostgreSQL allows 63 bytes for the name of a database. */
const maxNameBytes = 63 - temporarySuffix.length;

/**
 * Restores into a temporary database, and swaps it with the target once it is verified. The two renames are one transaction. The
 * role needs the right CREATEDB, and no session may be connected to the target.
 */
export async function restorePostgres(options: RestoreOptions, manifest: Manifest | null): Promise<string> {
  const name = toDatabaseName(options.url);
  const temporaryName = `${name}${temporarySuffix}`;
  return withClient(toSiblingUrl(options.url, 'postgres'), async (server) => {
    const pgRestore = findTool('pg_restore', await getMajorVersion(server));
    await lockRestore(server, name);
    await requireReplaceable(server, options, name);
    await server.query(toDropSql(temporaryName));
    const localeSql = await getLocaleSql(server, name);
    await server.query(`CREATE DATABASE ${quoteIdentifier(temporaryName)} TEMPLATE template0 ${localeSql}`);
    try {
      const temporaryUrl = toSiblingUrl(options.url, temporaryName);
      const restoreArgs = ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction', options.file];
      await runTool(pgRestore, restoreArgs, temporaryUrl);
      if (manifest) requireSameTables(manifest, await withClient(temporaryUrl, readDigests));
      const auditReport = await options.auditCopy(temporaryUrl);
      await withClient(temporaryUrl, (client) => client.query('ANALYZE'));
      await swapDatabases(server, name, temporaryName);
      return auditReport;
    } finally {
      await server.query(toDropSql(temporaryName));
    }
  });
}

/**
 * Prevents two restores of one database at the same time, because they would drop each other's temporary database. The lock ends with
 * the session.
 */
async function lockRestore(server: Client, name: string): Promise<void> {
  const sql = "SELECT pg_try_advisory_lock(hashtext('restore:' || $1)) AS locked";
  const { rows } = await server.query<{ locked: boolean }>(sql, [name]);
  if (!rows[0]?.locked) throw new WouldOverwrite(name, 'is already being restored by another process');
}

/** The statement uses FORCE, because the pg_restore of a killed restore may still be connected. */
const toDropSql = (temporaryName: string): string =>
  `DROP DATABASE IF EXISTS ${quoteIdentifier(temporaryName)} WITH (FORCE)`;

async function readDigests(client: Client): ReturnType<typeof computeDigests> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await setTransactionSettings(client, lockTimeoutMs);
  return computeDigests(client);
}

async function requireReplaceable(server: Client, { url, replace }: RestoreOptions, name: string): Promise<void> {
  if (!(await hasDatabase(server, name))) return;
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

/**
 * Renames the temporary database to the target, and drops the old database last. If the process is killed before the commit, the old
 * database stays in place. If it is killed after the commit, the old database stays as `…_replaced`.
 */
async function swapDatabases(server: Client, name: string, temporaryName: string): Promise<void> {
  const replacedName = `${name}_replaced`;
  const isPresent = await hasDatabase(server, name);
  const dropReplacedSql = `DROP DATABASE IF EXISTS ${quoteIdentifier(replacedName)}`;
  await server.query(dropReplacedSql);
  await server.query('BEGIN');
  try {
    if (isPresent) await server.query(toRenameSql(name, replacedName));
    await server.query(toRenameSql(temporaryName, name));
    await server.query('COMMIT');
  } catch (error) {
    await server.query('ROLLBACK');
    throw error;
  }
  await server.query(dropReplacedSql);
}

const toRenameSql = (name: string, newName: string): string =>
  `ALTER DATABASE ${quoteIdentifier(name)} RENAME TO ${quoteIdentifier(newName)}`;

async function hasDatabase(server: Client, name: string): Promise<boolean> {
  const { rows } = await server.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rows.length > 0;
}

/** The locale options for the temporary database. They are those of the target, so that sorting and case folding stay the same. */
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
  const urlWithoutPassword = url.replace(/:[^:@/]*@/, ':…@');
  if (!name || name === 'postgres')
    throw new BackupUnusable(
      urlWithoutPassword,
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
