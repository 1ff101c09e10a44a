import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite, { type Database as File } from 'better-sqlite3';
import { Client as Server } from 'pg';
import { migrations } from '../../migrations';
import { migrate, type Migrations } from '../../src/platform/database/schema/migrate';
import { buildOnce, root } from '../support/build-once';
import { environmentFor } from '../support/server';

/** Creates a folder for the files of one test file. */
export function createTemporaryFolder(): { file: (name: string) => string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-move-'));
  return { file: (name) => path.join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Creates a migrated SQLite file without rows. */
export async function emptySchool(file: string, list: Migrations = migrations): Promise<string> {
  await migrate(`sqlite:${file}`, list);
  return file;
}

export function withFile<T>(file: string, work: (file: File) => T): T {
  const open = new Sqlite(file);
  try {
    return work(open);
  } finally {
    open.close();
  }
}

export async function withServer<T>(url: string, work: (server: Server) => Promise<T>): Promise<T> {
  const server = new Server({ connectionString: url });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

export const listTables = (url: string): Promise<string[]> =>
  withServer(url, async (server) => {
    const { rows } = await server.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')",
    );
    return rows.map(({ name }) => name);
  });

/** Runs a command of our command line, and kills it once it has printed a line that begins with `line`. */
export async function runAndKillAtLine(line: string, args: string[]): Promise<NodeJS.Signals | null> {
  await buildOnce();
  const env = { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, ['dist/src/cli.js', ...args], { cwd: root, env });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.stdout.resume();
  for await (const printed of createInterface({ input: child.stderr }))
    if (printed.startsWith(line)) child.kill('SIGKILL');
  return (await exited)[1];
}

export interface KilledCommand {
  /** SIGKILL, or null if the command had ended before. */
  signal: NodeJS.Signals | null;
  /** Duration from the moment at which `hasBegun` returned true. */
  ms: number;
}

/** Runs a command of our command line on a database, and kills it `afterMs` after it has begun. */
export async function runAndKillAfter(
  afterMs: number,
  hasBegun: () => boolean | Promise<boolean>,
  [url, ...args]: [string, ...string[]],
): Promise<KilledCommand> {
  await buildOnce();
  const child = spawn(process.execPath, ['dist/src/cli.js', ...args], {
    cwd: root,
    env: environmentFor(url, {}),
    stdio: 'ignore',
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  while (child.exitCode === null && !(await hasBegun())) await sleep(1);
  const begun = performance.now();
  await Promise.race([exited, sleep(afterMs, undefined, { ref: false })]);
  child.kill('SIGKILL');
  const [, signal] = await exited;
  return { signal, ms: performance.now() - begun };
}
