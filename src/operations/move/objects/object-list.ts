import Sqlite from 'better-sqlite3';
import { Client, type ClientBase } from 'pg';
import type { StoredVariants } from '../../../platform/files/stored-file.entity';

/** An object that a row of the database names. */
export interface NamedObject {
  key: string;
  type: string;
  sizeBytes: number;
  sha256: string;
}

const pageRows = 500;
const usedSql = "state IN ('clean', 'attached')";

/** The objects of a database file, which may be older than the table of files. */
export async function* objectsOfSqlite(path: string): AsyncGenerator<NamedObject> {
  const file = new Sqlite(path, { readonly: true });
  try {
    const hasTable = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'platform_storedfile'").get();
    if (!hasTable) return;
    const select = file.prepare(`SELECT variants FROM platform_storedfile WHERE ${usedSql} ORDER BY id`).pluck();
    for (const variants of select.iterate() as Iterable<string>) yield* objectsIn(JSON.parse(variants));
  } finally {
    file.close();
  }
}

/** Reads in the open transaction of the client, if there is one. */
export async function* objectsOfPostgres(client: ClientBase): AsyncGenerator<NamedObject> {
  const { rows: tables } = await client.query("SELECT to_regclass('platform_storedfile') AS found");
  if ((tables[0] as { found: string | null }).found === null) return;
  let lastId = '0';
  for (;;) {
    const { rows } = await client.query<{ id: string; variants: StoredVariants }>(
      `SELECT id, variants FROM platform_storedfile WHERE id > $1 AND ${usedSql} ORDER BY id LIMIT ${pageRows}`,
      [lastId],
    );
    for (const { variants } of rows) yield* objectsIn(variants);
    if (rows.length < pageRows) return;
    lastId = rows.at(-1)!.id;
  }
}

export async function* objectsOf(url: string): AsyncGenerator<NamedObject> {
  if (url.startsWith('sqlite:')) return yield* objectsOfSqlite(url.slice('sqlite:'.length));
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    yield* objectsOfPostgres(client);
  } finally {
    await client.end();
  }
}

const objectsIn = (variants: unknown): NamedObject[] =>
  Object.values(variants as StoredVariants).map(({ key, type, sizeBytes, sha256 }) => ({
    key,
    type,
    sizeBytes,
    sha256,
  }));
