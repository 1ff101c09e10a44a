import { Pool, types, type PoolClient, type QueryResultRow } from 'pg';

types.setTypeParser(types.builtins.INT8, Number);
types.setTypeParser(types.builtins.DATE, (value) => value);

export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const statementNames = new Map<string, string>();

/** Runs a named statement, so that each connection parses and plans a text only once. */
export async function rows<R extends QueryResultRow>(
  connection: Pool | PoolClient,
  sql: string,
  values: unknown[],
): Promise<R[]> {
  let name = statementNames.get(sql);
  if (!name) {
    name = `s${statementNames.size}`;
    statementNames.set(sql, name);
  }
  const result = await connection.query<R>({ name, text: sql, values });
  return result.rows;
}

export async function transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
