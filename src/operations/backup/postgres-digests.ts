import type { ClientBase } from 'pg';
import type { TableDigest } from '../move/table-digest';
import { describe } from '../move/postgres-catalogue';
import { eachLines } from '../move/postgres-row-lines';
import { silent } from '../move/progress';
import { pair, type Table } from '../move/table-pairing';

/** What every table holds, in the transaction that is open. */
export async function digestsOf(client: ClientBase): Promise<Record<string, TableDigest>> {
  const digests: Record<string, TableDigest> = {};
  for (const table of await tablesOf(client)) digests[table.name] = await eachLines(client, table, silent);
  return digests;
}

async function tablesOf(client: ClientBase): Promise<Table[]> {
  const described = await describe(client);
  const same = new Map(described.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  const { tables } = pair(described, same);
  // Without a key every column orders, as text.
  return tables.map((table) =>
    table.key.length > 0
      ? table
      : { ...table, key: table.columns.map((column) => ({ ...column, kind: 'text' as const })) },
  );
}
