import { Client } from 'pg';

/** Tables of extensions, such as PostGIS, are left out, because they belong to no application. */
const tablesSql = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname = ANY (current_schemas(false))
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname`;

/** The tables in the schemas of this role's search path. This is one statement, which writes nothing. */
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
