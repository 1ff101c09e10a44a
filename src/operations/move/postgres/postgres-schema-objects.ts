import type { ClientBase } from 'pg';
import type { Table } from '../table-pairing';
import { quoteLiteral, quoteIdentifier } from '../column-values';

interface SchemaObject {
  table: string;
  name: string;
  /** A primary key, unique key, foreign key, exclusion constraint or index, by its letter in the catalogue. */
  kind: 'p' | 'u' | 'f' | 'x' | 'i';
  definition: string;
}

const constraintsSql = `
  SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name, contype::text AS kind, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE conrelid = ANY ($1::regclass[]) AND contype IN ('p', 'u', 'f', 'x')`;

const indexesSql = `
  SELECT i.indrelid::regclass::text AS table, i.indexrelid::regclass::text AS name, 'i' AS kind, pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i WHERE i.indrelid = ANY ($1::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))`;

/** The kinds in the order in which they are dropped. Foreign keys depend on unique keys, so they are dropped first and created last. */
const dropOrder = 'fixiup';

/**
 * Drops constraints and indexes before loading, because building an index once is faster than row by row, and because a reference
 * may point at a row that is loaded later. Triggers are disabled; check constraints stay.
 * @returns the statements that create and enable all of them again
 */
export async function dropSchemaObjects(client: ClientBase, tables: readonly Table[]): Promise<string[]> {
  const names = tables.map(({ name }) => quoteIdentifier(name));
  const { rows } = await client.query<SchemaObject>(`${constraintsSql} UNION ALL ${indexesSql}`, [names]);
  const objects = rows.sort((left, right) => dropOrder.indexOf(left.kind) - dropOrder.indexOf(right.kind));
  const triggers = await findTriggers(client, names);
  for (const { table, name } of triggers) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
  for (const object of objects) await client.query(toDropSql(object));
  // COPY FREEZE requires tables that were truncated in the same transaction.
  await client.query(`TRUNCATE ${names.join(', ')}`);
  const enableTriggersSql = triggers.map(
    ({ table, name, mode }) => `ALTER TABLE ${table} ENABLE ${triggerModes[mode] ?? ''}TRIGGER ${name}`,
  );
  return [...objects.reverse().flatMap(toCreateSql), ...enableTriggersSql];
}

function toDropSql({ table, name, kind }: SchemaObject): string {
  return kind === 'i' ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT ${name}`;
}

function toCreateSql({ table, name, kind, definition }: SchemaObject): string[] {
  if (kind === 'i') return [definition];
  const addSql = `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`;
  if (kind !== 'f' || definition.endsWith('NOT VALID')) return [addSql];
  return [`${addSql} NOT VALID`, `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`];
}

/** By letter in the catalogue: the word with which a trigger of this mode is enabled. Normal triggers need none. */
const triggerModes: Record<string, string> = { A: 'ALWAYS ', R: 'REPLICA ' };

/** Finds the enabled triggers. A trigger that was disabled before the move stays disabled. */
async function findTriggers(
  client: ClientBase,
  names: string[],
): Promise<{ table: string; name: string; mode: string }[]> {
  const { rows } = await client.query<{ table: string; name: string; mode: string }>(
    `SELECT tgrelid::regclass::text AS table, quote_ident(tgname) AS name, tgenabled AS mode FROM pg_trigger
     WHERE tgrelid = ANY ($1::regclass[]) AND NOT tgisinternal AND tgenabled <> 'D'`,
    [names],
  );
  return rows;
}

/** Sets the next id above the highest that was ever assigned. ALTER SEQUENCE is transactional, while setval() is not. */
export async function continueSequence(
  client: ClientBase,
  { name, sequence }: Table,
  lastAssignedId: number,
): Promise<void> {
  if (!sequence) return;
  const { rows } = await client.query<{ next: string }>(
    `SELECT greatest(coalesce(max(${quoteIdentifier(sequence.column)}), 0), $1::bigint) + 1 AS next FROM ${quoteIdentifier(name)}`,
    [lastAssignedId],
  );
  await client.query(`ALTER SEQUENCE ${sequence.name} RESTART WITH ${rows[0]?.next}`);
}

/** The last id of a sequence; 0 if it was not used yet. */
export async function getLastId(client: ClientBase, { sequence }: Table): Promise<bigint> {
  if (!sequence) return 0n;
  const { rows } = await client.query<{ last: string }>(
    `SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS last FROM ${sequence.name}`,
  );
  return BigInt(rows[0]?.last ?? 0);
}

export async function hasRows(client: ClientBase, { name }: Pick<Table, 'name'>): Promise<boolean> {
  const { rows } = await client.query<{ filled: boolean }>(
    `SELECT EXISTS (SELECT FROM ${quoteIdentifier(name)}) AS filled`,
  );
  return rows[0]?.filled === true;
}

/** Sets the settings that the statements of the open transaction depend on, so that the defaults of the server do not matter. */
export async function setTransactionSettings(client: ClientBase, lockTimeoutMs: number): Promise<void> {
  const settings: Record<string, string> = {
    timezone: 'UTC',
    datestyle: 'ISO',
    bytea_output: 'hex',
    client_encoding: 'UTF8',
    row_security: 'off',
    statement_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    lock_timeout: String(lockTimeoutMs),
  };
  const statements = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${quoteLiteral(value)}`);
  await client.query(statements.join('; '));
}
