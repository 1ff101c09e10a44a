import { Client } from 'pg';

/** Runs statements on the test server, outside of the databases of the tests. */
export async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Creates an empty database, or a copy of `template` (50 to 75 ms), and returns its URL. The locale is always C.UTF-8, so that
 * sorting does not depend on the server.
 */
export async function createDatabase(name: string, template?: string): Promise<string> {
  const origin = template ? `TEMPLATE ${template}` : `TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`;
  await onServer((client) => client.query(`CREATE DATABASE ${name} ${origin}`));
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  url.pathname = name;
  return url.href;
}

/**
 * The URL of the same database through the pooler of `scripts/test-pgbouncer.mjs`, if it runs. Databases are created and
 * dropped without the pooler, because it keeps connections to them.
 */
export function throughPooler(url: string): string {
  const port = process.env.TEST_POOLER_PORT;
  return port ? Object.assign(new URL(url), { port }).href : url;
}

/** The settings that a program behind the pooler needs in addition to DATABASE_URL. */
export function poolerSettings(url: string): Record<string, string> {
  const port = process.env.TEST_POOLER_PORT;
  if (!port || !url.includes(`:${port}/`)) return {};
  const directUrl = Object.assign(new URL(url), { port: new URL(process.env.TEST_POSTGRES_URL!).port }).href;
  const prepared = process.env.DATABASE_PREPARED_STATEMENTS ?? 'on';
  return { DATABASE_DIRECT_URL: directUrl, DATABASE_PREPARED_STATEMENTS: prepared };
}

/** Drops every database whose name starts with `prefix`, and ends the connections to it. */
export async function dropDatabases(prefix: string): Promise<void> {
  await onServer(async (client) => {
    const names = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of names.rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });
}
