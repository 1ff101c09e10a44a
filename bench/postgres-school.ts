import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { parentOf, readProcessorMs, start, type StartedProcess } from './processes';
import type { Row, School } from './school';

/** A school in a temporary PostgreSQL that writes durably, or in the database of BENCH_DATABASE_URL. */
export class PostgresSchool implements School {
  readonly engine = 'postgres';
  private readonly copies: string[] = [];

  private constructor(
    readonly url: string,
    private readonly server: StartedProcess | null,
    private readonly postmaster: number | null,
  ) {}

  static async open(): Promise<PostgresSchool> {
    const givenUrl = process.env.BENCH_DATABASE_URL;
    const server = givenUrl ? null : await start('test/support/postgres-supervisor.mjs', ['--durable']);
    const url = givenUrl ?? server!.line;
    return new PostgresSchool(url, server, await findPostmaster(url));
  }

  async copy(name: string): Promise<string> {
    const source = new URL(this.url).pathname.slice(1);
    const copyName = `${source}_${name}`;
    // A database cannot be copied by a session that is connected to it.
    await query(databaseUrl(this.url, 'template1'), `CREATE DATABASE "${copyName}" TEMPLATE "${source}"`);
    this.copies.push(copyName);
    return databaseUrl(this.url, copyName);
  }

  async createEmpty(name: string): Promise<string> {
    await query(this.url, `CREATE DATABASE "${name}"`);
    this.copies.push(name);
    return databaseUrl(this.url, name);
  }

  execute(url: string, sql: string): Promise<Row[]> {
    return query(url, sql);
  }

  processorMs(): number | null {
    return this.postmaster === null ? null : readProcessorMs(this.postmaster);
  }

  async stop(): Promise<void> {
    if (this.server) return this.server.stop();
    for (const name of this.copies) await query(this.url, `DROP DATABASE "${name}" WITH (FORCE)`);
  }
}

const databaseUrl = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;

async function query(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The process that starts one process for each session. It is null for a server on another machine or in a container. */
async function findPostmaster(url: string): Promise<number | null> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const parent = parentOf(rows[0]!.pid);
  const isPostgres = parent !== null && readFileSync(`/proc/${parent}/comm`, 'utf8').trim() === 'postgres';
  await client.end();
  return isPostgres ? parent : null;
}
