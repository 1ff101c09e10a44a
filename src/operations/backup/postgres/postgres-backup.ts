import type { Client } from 'pg';
import { findMigrations } from '../../move/postgres/postgres-catalogue';
import { setTransactionSettings } from '../../move/postgres/postgres-schema-objects';
import { connect } from '../../move/postgres/postgres-sessions';
import { objectsOfPostgres } from '../../move/objects/object-list';
import type { WriteFileList } from '../backup-files';
import { computeDigests } from './postgres-digests';
import type { Contents } from '../backup-manifest';
import { runTool, findTool } from './postgres-tools';

const lockTimeoutMs = 10_000;

/** Runs pg_dump, and computes the hashes of the manifest on the same snapshot. Other sessions may write meanwhile. */
export async function dumpPostgres(url: string, file: string, writeFileList: WriteFileList): Promise<Contents> {
  const client = await connect(url);
  try {
    const pgDump = findTool('pg_dump', await getMajorVersion(client));
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await setTransactionSettings(client, lockTimeoutMs);
    const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const args = [
      '--format=custom',
      '--no-owner',
      '--no-privileges',
      `--snapshot=${rows[0]?.snapshot}`,
      `--file=${file}`,
    ];
    const [tables] = await Promise.all([computeDigests(client), runTool(pgDump, args, url)]);
    await writeFileList(objectsOfPostgres(client));
    const migrations = await findMigrations(client);
    return { engine: 'postgres', migrations: migrations ?? [], tables };
  } finally {
    await client.end();
  }
}

export async function getMajorVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
  return Math.floor(Number(rows[0]?.server_version_num) / 10_000);
}
