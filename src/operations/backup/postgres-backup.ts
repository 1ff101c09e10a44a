import type { Client } from 'pg';
import { migrationsOf } from '../move/postgres-catalogue';
import { settle } from '../move/postgres-schema-objects';
import { connected } from '../move/postgres-sessions';
import { digestsOf } from './postgres-digests';
import type { Contents } from './backup-manifest';
import { runTool, toolFor } from './postgres-tools';

const lockTimeoutMs = 10_000;

/** pg_dump and the hashes of the manifest look at the same snapshot, while everybody else goes on writing. */
export async function dumpPostgres(url: string, file: string): Promise<Contents> {
  const client = await connected(url);
  try {
    const dump = toolFor('pg_dump', await majorOf(client));
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await settle(client, lockTimeoutMs);
    const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const words = [
      '--format=custom',
      '--no-owner',
      '--no-privileges',
      `--snapshot=${rows[0]?.snapshot}`,
      `--file=${file}`,
    ];
    const dumped = runTool(dump, words, url);
    const [tables] = await Promise.all([digestsOf(client), dumped]);
    return { engine: 'postgres', migrations: (await migrationsOf(client)) ?? [], tables };
  } finally {
    await client.end();
  }
}

export async function majorOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
  return Math.floor(Number(rows[0]?.server_version_num) / 10_000);
}
