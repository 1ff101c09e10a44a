import type { ClientBase } from 'pg';
import type { TableDigest } from '../../move/table-digest';
import { describeTables } from '../../move/postgres/postgres-catalogue';
import { copyLines } from '../../move/postgres/postgres-row-lines';
import { silentProgress } from '../../move/progress';
import { pairTables, type Column, type Table } from '../../move/table-pairing';

/** Computes the digest of every table, in the open transaction. */
export async function computeDigests(client: ClientBase): Promise<Record<string, TableDigest>> {
  const digests: Record<string, TableDigest> = {};
  for (const table of await describeSortableTables(client))
    digests[table.name] = await copyLines(client, table, silentProgress);
  return digests;
}

async function describeSortableTables(client: ClientBase): Promise<Table[]> {
  const descriptions = await describeTables(client);
  // The tables are paired with themselves, because a backup does not compare two databases.
  const columnNames = new Map(descriptions.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  const { tables } = pairTables(descriptions, columnNames);
  return tables.map((table) => (table.key.length > 0 ? table : { ...table, key: toTextColumns(table.columns) }));
}

/** The rows of a table without a primary key are sorted by all columns as text. */
const toTextColumns = (columns: readonly Column[]): Column[] => columns.map((column) => ({ ...column, kind: 'text' }));
