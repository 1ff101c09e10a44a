import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { build } from './build.mjs';
import { root } from './install.mjs';

/**
 * `node scripts/bench-move.mjs --file SCHOOL.sqlite3 [--rounds 3]` compares db:move, which verifies the copy, with pgloader, which
 * does not, on the same file and server. Then it measures the move back to SQLite, and compares backup and restore with pg_dump
 * and pg_restore. A program that is not installed is reported and skipped. BENCH_DATABASE_URL names a server to use. Without it,
 * an installed server that has pg_dump is started, else the packaged one.
 */
const { values } = parseArgs({ options: { file: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
if (!values.file) throw new Error('The option --file SCHOOL.sqlite3 is required (npm run seed creates such a file)');
async function measure() {
  const file = path.join(folder, 'school.sqlite3');
  cpSync(values.file, file);
  console.log(
    `${(statSync(file).size / 2 ** 20).toFixed(0)} MB of SQLite, Node ${process.version}, load average ${loadavg()[0].toFixed(1)}\n`,
  );
  console.log('| operation | seconds, each round | memory peak (MB) |\n|---|---|---:|');
  const operations = {
    'db:move to PostgreSQL': moveToPostgres,
    pgloader: runPgloader,
    'db:move back to SQLite': moveToSqlite,
    'backup of PostgreSQL': backUpPostgres,
    pg_dump: runPgDump,
    'restore to PostgreSQL': restorePostgres,
    pg_restore: runPgRestore,
    'backup of SQLite': backUpSqlite,
    'restore to SQLite': restoreSqlite,
  };
  const results = Object.fromEntries(Object.keys(operations).map((name) => [name, []]));
  // The operations alternate, so that other load on the machine affects all of them.
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, run] of Object.entries(operations)) {
      results[name].push(await run(file));
      console.error(`round ${round + 1}: ${toTableRow(name, results[name].slice(-1))}`);
    }
  for (const [name, runs] of Object.entries(results)) console.log(toTableRow(name, runs));
}

function toTableRow(name, runs) {
  if (runs.some((run) => typeof run === 'string')) return `| ${name} | ${runs[0]} | |`;
  const peak = Math.max(...runs.map((run) => run.peakMb));
  return `| ${name} | ${runs.map((run) => run.seconds.toFixed(1)).join(', ')} | ${peak.toFixed(0)} |`;
}

async function moveToPostgres(file) {
  return measureRun(process.execPath, [
    'dist/src/cli.js',
    'db:move',
    '--from',
    `sqlite:${file}`,
    '--to',
    await createEmptyDatabase('moved'),
  ]);
}

async function moveToSqlite() {
  const back = path.join(folder, 'back.sqlite3');
  rmSync(back, { force: true });
  return measureRun(process.execPath, [
    'dist/src/cli.js',
    'db:move',
    '--from',
    databaseUrl('moved'),
    '--to',
    `sqlite:${back}`,
  ]);
}

async function runPgloader(file) {
  if (!isInstalled('pgloader')) return 'not installed';
  return measureRun('pgloader', [
    '--on-error-stop',
    `sqlite://${withoutUnsupportedParts(file)}`,
    await createEmptyDatabase('loaded'),
  ]);
}

/** Copies the file without expression indexes, triggers and search tables, because pgloader 3.6 fails on them. */
function withoutUnsupportedParts(file) {
  const copy = newFile('light.sqlite3');
  cpSync(file, copy);
  const database = new Sqlite(copy);
  const parts = database
    .prepare("SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%(lower(%'")
    .all();
  for (const { type, name } of parts) if (type !== 'table') database.exec(`DROP ${type} "${name}"`);
  for (const name of database.prepare("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5%'").pluck().all())
    database.exec(`DROP TABLE "${String(name)}"`);
  database.pragma('journal_mode = DELETE');
  database.close();
  return copy;
}

const backUpPostgres = () =>
  withTool('pg_dump', () => runCli(['backup', '-o', newFile('ours.dump')], databaseUrl('moved')));
const runPgDump = () =>
  withTool('pg_dump', () => measureRun('pg_dump', ['-Fc', '-f', newFile('theirs.dump'), databaseUrl('moved')]));

async function restorePostgres() {
  return withTool('pg_restore', async () =>
    runCli(['restore', path.join(folder, 'ours.dump')], await createEmptyDatabase('restored')),
  );
}

async function runPgRestore() {
  return withTool('pg_restore', async () =>
    measureRun('pg_restore', [
      '--single-transaction',
      '-d',
      await createEmptyDatabase('undumped'),
      path.join(folder, 'theirs.dump'),
    ]),
  );
}

const backUpSqlite = (file) => runCli(['backup', '-o', newFile('ours.sqlite3')], `sqlite:${file}`);
const restoreSqlite = () =>
  runCli(['restore', path.join(folder, 'ours.sqlite3')], `sqlite:${newFile('restored.sqlite3')}`);
const runCli = (args, database) =>
  measureRun(process.execPath, ['dist/src/cli.js', ...args], { DATABASE_URL: database });

async function withTool(tool, run) {
  try {
    return await run();
  } catch (error) {
    // A tool that is older than the server cannot be used, so it counts as not installed.
    if (!isInstalled(tool) || /or newer is needed|version mismatch/.test(error.message))
      return `no ${tool} of the server's version`;
    throw error;
  }
}

function newFile(name) {
  const file = path.join(folder, name);
  for (const part of ['', '.manifest.json', '-wal', '-shm']) rmSync(file + part, { force: true });
  return file;
}

/** Runs a command and measures its time and peak memory. */
function measureRun(command, args, environment = {}) {
  const env = { ...process.env, NODE_ENV: 'test', DATABASE_URL: `sqlite:${folder}/unused.sqlite3`, ...environment };
  const startedMs = performance.now();
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [peakMb, output] = [0, ''];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => (output = (output + part).slice(-4_000)));
  const poll = setInterval(() => (peakMb = Math.max(peakMb, peakMbOf(child.pid))), 20);
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(`${command} ended with ${code}:\n${output}`));
      else resolve({ seconds: (performance.now() - startedMs) / 1_000, peakMb });
    });
  });
}

function peakMbOf(pid) {
  const file = `/proc/${pid}/status`;
  return existsSync(file) ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1_024 : 0;
}

function isInstalled(command) {
  return spawnSync(command, ['--version']).status === 0;
}

function databaseUrl(name) {
  return Object.assign(new URL(url), { pathname: `/bench_${name}` }).href;
}

async function createEmptyDatabase(name) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS bench_${name}`);
  await client.query(`CREATE DATABASE bench_${name}`);
  await client.end();
  return databaseUrl(name);
}

async function startServer() {
  if (process.env.BENCH_DATABASE_URL) return { url: process.env.BENCH_DATABASE_URL, stop: () => undefined };
  const child = spawn(process.execPath, [path.join(root, 'test/support/postgres-supervisor.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...findServerWithTools() },
  });
  const line = await new Promise((resolve) => child.stdout.once('data', (part) => resolve(String(part).trim())));
  return { url: line, stop: () => child.stdin.end() };
}

/** Prefers an installed server, because the packaged one has no pg_dump. */
function findServerWithTools() {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed)
    ? readdirSync(installed).sort((one, other) => Number(other) - Number(one))
    : [];
  const folders = versions.map((version) => path.join(installed, version, 'bin'));
  const bin = folders.find((folder) =>
    ['initdb', 'pg_dump', 'pg_restore'].every((tool) => existsSync(path.join(folder, tool))),
  );
  return bin ? { POSTGRES_BIN: bin } : {};
}

build();
const folder = mkdtempSync(path.join(tmpdir(), 'bench-move-'));
const { url, stop } = await startServer();
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true });
  stop();
}
