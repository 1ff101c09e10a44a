import { Client, type ClientBase } from 'pg';
import { databaseByUrl, migrateInOneTransaction } from '../../../platform/database/schema/migrate';
import { unguarded } from '../../../platform/database/statements/write-guard';
import type { MoveContext } from '../move-options';
import { setTransactionSettings } from './postgres-schema-objects';
import { describeTables } from './postgres-catalogue';
import { MoveRefused } from '../move.errors';
import { quoteIdentifier } from '../column-values';

const lockTimeoutMs = 3_000;

/** Runs `work` in the transaction that migrates the target, and commits the transaction. */
export async function inTargetTransaction<T>(
  { to: { url }, migrations }: MoveContext,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const dialect = databaseByUrl(url, migrations);
  await dialect.dataSource.initialize();
  try {
    return await unguarded(() =>
      migrateInOneTransaction(dialect, async (client) => {
        await setTransactionSettings(client as ClientBase, lockTimeoutMs);
        return work(client as ClientBase);
      }),
    );
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new MoveRefused([{ place: 'target', reason: 'the database is in use: stop the processes that use it' }]);
  } finally {
    await dialect.dataSource.destroy();
  }
}

/** Runs `work` on one snapshot of the source, while its tables are locked against writes. */
export async function inFrozenSource<T>(
  { from: { url }, whileConnected }: MoveContext,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const client = await connect(url);
  try {
    if (!whileConnected) await requireNoOtherSessions(client);
    const tables = await describeTables(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await setTransactionSettings(client, lockTimeoutMs);
    // The locks come before the first read, so that the snapshot is taken when no session writes any more.
    await lockTables(client, [...tables.map(({ name }) => quoteIdentifier(name))]);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Opens a connection. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // Without a listener the process would end if the connection breaks while it is idle. With it only the next statement fails.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function isLockTimeout(error: unknown): boolean {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return (driverError?.code ?? code) === '55P03';
}

/** Refuses other sessions, because writes of a process to the old database after the move would be lost. */
async function requireNoOtherSessions(client: Client): Promise<void> {
  const { rows } = await client.query<{ who: string }>(
    `SELECT coalesce(nullif(application_name, ''), 'unnamed') || ' of ' || usename AS who FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  );
  if (rows.length === 0) return;
  const reason = 'other sessions are connected: stop the processes that use the database, or pass --while-connected';
  throw new MoveRefused([{ place: 'source', reason, examples: rows.slice(0, 3).map(({ who }) => who) }]);
}

async function lockTables(client: Client, tables: readonly string[]): Promise<void> {
  if (tables.length === 0) return;
  try {
    await client.query(`LOCK TABLE ${tables.join(', ')} IN SHARE MODE`);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    const reason = `the database is being written to: a transaction did not end within ${lockTimeoutMs / 1_000} s`;
    throw new MoveRefused([{ place: 'source', reason }]);
  }
}
