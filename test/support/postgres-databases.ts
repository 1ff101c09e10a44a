import { Client } from 'pg';

/** Runs statements on the test server, outside of any test's database. */
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
 * Creates an empty database, or a copy of `template` (50 to 75 ms), and answers its URL.
 * Locale C.UTF-8 wherever the tests run: sorting must not depend on whose server it is.
 */
export async function createDatabase(name: string, template?: string): Promise<string> {
  const origin = template ? `TEMPLATE ${template}` : `TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`;
  await onServer((client) => client.query(`CREATE DATABASE ${name} ${origin}`));
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  url.pathname = name;
  return url.href;
}

/**
 * The same database through the pooler of `scripts/test-pgbouncer.mjs`, when there is one. Databases themselves are made
 * and dropped directly: a pooler keeps connections to them.
 */
export function throughPooler(url: string): string {
  const port = process.env.TEST_POOLER_PORT;
  return port ? Object.assign(new URL(url), { port }).href : url;
}

/** What a program behind the pooler is told beside its address. */
export function poolerSettings(url: string): Record<string, string> {
  const port = process.env.TEST_POOLER_PORT;
  if (!port || !url.includes(`:${port}/`)) return {};
  const directUrl = Object.assign(new URL(url), { port: new URL(process.env.TEST_POSTGRES_URL!).port }).href;
  const prepared = process.env.DATABASE_PREPARED_STATEMENTS ?? 'on';
  return { DATABASE_DIRECT_URL: directUrl, DATABASE_PREPARED_STATEMENTS: prepared };
}

/** Drops every database whose name starts so, with whatever is still connected to it. */
export async function dropDatabases(prefix: string): Promise<void> {
  await onServer(async (client) => {
    const names = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of names.rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });
}
