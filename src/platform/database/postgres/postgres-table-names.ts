import { Client } from 'pg';

/** Selects the tables except those of extensions such as PostGIS, because these belong to no application. */
const tablesSql = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname = ANY (current_schemas(false))
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname`;

/** Lists the tables in the schemas of the role's search path, without a write. */
export async function tablesOfServer(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(tablesSql);
    return rows.map(({ name }) => name);
  } finally {
    await client.end().catch(() => undefined);
  }
}
