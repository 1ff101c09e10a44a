import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import { emptyDatabaseUrl, testEngine } from './database-url';

/** Some of the tables that Django's `manage.py migrate` creates, which have the names of this application's tables, and rows. */
const statements = [
  'CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255))',
  'CREATE TABLE users_user (id integer PRIMARY KEY, username varchar(150) UNIQUE, teo_coins integer)',
  'CREATE TABLE courses_course (id integer PRIMARY KEY, title varchar(200), teacher_id integer REFERENCES users_user (id))',
  "INSERT INTO django_migrations VALUES (1, 'users', '0001_initial')",
  "INSERT INTO users_user VALUES (1, 'ada', 40), (2, 'grace', 2)",
  "INSERT INTO courses_course VALUES (1, 'Watercolours', 1)",
];

/** Creates a database of a Django application, on the engine of the test. */
export async function djangoDatabaseUrl(moreStatements: readonly string[] = []): Promise<string> {
  const url = await emptyDatabaseUrl();
  await execute(url, [...statements, ...moreStatements]);
  return url;
}

export async function execute(url: string, sql: readonly string[]): Promise<void> {
  if (testEngine() === 'postgres') return onServer(url, async (client) => void (await client.query(sql.join(';\n'))));
  const file = new Sqlite(fileOf(url));
  file.exec(sql.join(';\n'));
  file.close();
}

export const fileOf = (url: string): string => url.slice('sqlite:'.length);

/**
 * Returns a value that is different after any change of the database. On SQLite it contains a hash and the time of the file, and the
 * names of the files next to it. On PostgreSQL it contains the catalogue and the rows.
 */
export async function fingerprint(url: string): Promise<unknown> {
  if (testEngine() === 'postgres') return onServer(url, fingerprintOf);
  const file = fileOf(url);
  const filesNextToIt = readdirSync(path.dirname(file)).filter((name) => name.startsWith(path.basename(file)));
  if (!existsSync(file)) return { filesNextToIt };
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { filesNextToIt, hash, changedAt: statSync(file).mtimeMs };
}

async function fingerprintOf(client: Client): Promise<unknown> {
  const { rows: catalogue } = await client.query(
    `SELECT n.nspname, c.relname, c.relkind, c.relfilenode, (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2`,
  );
  const { rows: routines } = await client.query(
    "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
  );
  const relations = catalogue as { nspname: string; relname: string; relkind: string }[];
  const tables = relations.filter(({ relkind }) => relkind === 'r');
  const contents: unknown[] = [];
  for (const { nspname, relname } of tables) {
    const { rows } = await client.query(`SELECT xmin::text, t.* FROM ${nspname}.${relname} t ORDER BY 2`);
    contents.push(rows);
  }
  return { catalogue, routines, contents };
}

async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
