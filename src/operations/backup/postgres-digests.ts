import type { ClientBase } from 'pg';
import type { TableDigest } from '../move/table-digest';
import { describeTables } from '../move/postgres-catalogue';
import { copyLines } from '../move/postgres-row-lines';
import { silentProgress } from '../move/progress';
import { pairTables, type Table } from '../move/table-pairing';

/** What every table holds, in the transaction that is open. */
export async function computeDigests(client: ClientBase): Promise<Record<string, TableDigest>> {
  const digests: Record<string, TableDigest> = {};
  for (const table of await describeSortableTables(client))
    digests[table.name] = await copyLines(client, table, silentProgress);
  return digests;
}

async function describeSortableTables(client: ClientBase): Promise<Table[]> {
  const described = await describeTables(client);
  const same = new Map(described.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  const { tables } = pairTables(described, same);
  // Without a key every column orders, as text.
  return tables.map((table) =>
    table.key.length > 0
      ? table
      : { ...table, key: table.columns.map((column) => ({ ...column, kind: 'text' as const })) },
  );
}
