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
 * `node scripts/bench-move.mjs --file SCHOOL.sqlite3 [--rounds 3]`: db:move with all of its proofs against pgloader, which
 * proves nothing, on the same file into the same server, in turn; then the way back, and backup and restore against the bare
 * tools. A programme that is not installed is left out and said so. BENCH_DATABASE_URL names a server of one's own; otherwise an
 * installed one is started that has its pg_dump beside it, else the packaged one.
 */
const { values } = parseArgs({ options: { file: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
if (!values.file) throw new Error('Say which school: --file SCHOOL.sqlite3 (npm run seed makes one)');
async function measure() {
  const file = path.join(folder, 'school.sqlite3');
  cpSync(values.file, file);
  console.log(
    `${(statSync(file).size / 2 ** 20).toFixed(0)} MB of SQLite, Node ${process.version}, load average ${loadavg()[0].toFixed(1)}\n`,
  );
  console.log('| what | seconds, each round | memory peak (MB) |\n|---|---|---:|');
  const rounds = {
    ...{ 'db:move to PostgreSQL': toPostgres, pgloader, 'db:move back to SQLite': toSqlite },
    ...{ 'backup of PostgreSQL': backup, pg_dump: dump, 'restore to PostgreSQL': restore, pg_restore: undump },
    ...{ 'backup of SQLite': backupFile, 'restore to SQLite': restoreFile },
  };
  const taken = Object.fromEntries(Object.keys(rounds).map((name) => [name, []]));
  // In turn, so that what else the machine does meets all of them.
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, run] of Object.entries(rounds)) {
      taken[name].push(await run(file));
      console.error(`round ${round + 1}: ${lineOf(name, taken[name].slice(-1))}`);
    }
  for (const [name, runs] of Object.entries(taken)) console.log(lineOf(name, runs));
}

function lineOf(name, runs) {
  if (runs.some((run) => typeof run === 'string')) return `| ${name} | ${runs[0]} | |`;
  const peak = Math.max(...runs.map((run) => run.peakMb));
  return `| ${name} | ${runs.map((run) => run.seconds.toFixed(1)).join(', ')} | ${peak.toFixed(0)} |`;
}

async function toPostgres(file) {
  return timed(process.execPath, [
    'dist/src/cli.js',
    'db:move',
    '--from',
    `sqlite:${file}`,
    '--to',
    await emptied('moved'),
  ]);
}

async function toSqlite() {
  const back = path.join(folder, 'back.sqlite3');
  rmSync(back, { force: true });
  return timed(process.execPath, ['dist/src/cli.js', 'db:move', '--from', at('moved'), '--to', `sqlite:${back}`]);
}

async function pgloader(file) {
  if (!has('pgloader')) return 'not installed';
  return timed('pgloader', ['--on-error-stop', `sqlite://${lighter(file)}`, await emptied('loaded')]);
}

/** pgloader 3.6 stops at an index over an expression and at a search table: it is spared both. */
function lighter(file) {
  const light = fresh('light.sqlite3');
  cpSync(file, light);
  const open = new Sqlite(light);
  const parts = open
    .prepare("SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%(lower(%'")
    .all();
  for (const { type, name } of parts) if (type !== 'table') open.exec(`DROP ${type} "${name}"`);
  for (const name of open.prepare("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5%'").pluck().all())
    open.exec(`DROP TABLE "${String(name)}"`);
  open.pragma('journal_mode = DELETE');
  open.close();
  return light;
}

const backup = () => needing('pg_dump', () => ours(['backup', '-o', fresh('ours.dump')], at('moved')));
const dump = () => needing('pg_dump', () => timed('pg_dump', ['-Fc', '-f', fresh('theirs.dump'), at('moved')]));

async function restore() {
  return needing('pg_restore', async () =>
    ours(['restore', path.join(folder, 'ours.dump')], await emptied('restored')),
  );
}

async function undump() {
  return needing('pg_restore', async () =>
    timed('pg_restore', ['--single-transaction', '-d', await emptied('undumped'), path.join(folder, 'theirs.dump')]),
  );
}

const backupFile = (file) => ours(['backup', '-o', fresh('ours.sqlite3')], `sqlite:${file}`);
const restoreFile = () => ours(['restore', path.join(folder, 'ours.sqlite3')], `sqlite:${fresh('restored.sqlite3')}`);
const ours = (words, database) => timed(process.execPath, ['dist/src/cli.js', ...words], { DATABASE_URL: database });

async function needing(tool, run) {
  try {
    return await run();
  } catch (error) {
    // An older tool than the server is as good as none.
    if (!has(tool) || /or newer is needed|version mismatch/.test(error.message))
      return `no ${tool} of the server's version`;
    throw error;
  }
}

function fresh(name) {
  const file = path.join(folder, name);
  for (const part of ['', '.manifest.json', '-wal', '-shm']) rmSync(file + part, { force: true });
  return file;
}

/** The time of a child, and the most memory it held. */
function timed(command, args, environment = {}) {
  const env = { ...process.env, NODE_ENV: 'test', DATABASE_URL: `sqlite:${folder}/unused.sqlite3`, ...environment };
  const started = performance.now();
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [peakMb, told] = [0, ''];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (told = (told + part).slice(-4_000)));
  const watch = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid))), 20);
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(`${command} ended with ${code}:\n${told}`));
      else resolve({ seconds: (performance.now() - started) / 1_000, peakMb });
    });
  });
}

function peakOf(pid) {
  const file = `/proc/${pid}/status`;
  return existsSync(file) ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1_024 : 0;
}

function has(command) {
  return spawnSync(command, ['--version']).status === 0;
}

function at(name) {
  return Object.assign(new URL(url), { pathname: `/bench_${name}` }).href;
}

async function emptied(name) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS bench_${name}`);
  await client.query(`CREATE DATABASE bench_${name}`);
  await client.end();
  return at(name);
}

async function server() {
  if (process.env.BENCH_DATABASE_URL) return { url: process.env.BENCH_DATABASE_URL, stop: () => undefined };
  const child = spawn(process.execPath, [path.join(root, 'test/support/postgres-supervisor.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...withTools() },
  });
  const line = await new Promise((resolve) => child.stdout.once('data', (part) => resolve(String(part).trim())));
  return { url: line, stop: () => child.stdin.end() };
}

/** The packaged server comes without pg_dump. */
function withTools() {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed)
    ? readdirSync(installed).sort((one, other) => Number(other) - Number(one))
    : [];
  const folders = versions.map((version) => path.join(installed, version, 'bin'));
  const bin = folders.find((at) =>
    ['initdb', 'pg_dump', 'pg_restore'].every((tool) => existsSync(path.join(at, tool))),
  );
  return bin ? { POSTGRES_BIN: bin } : {};
}

build();
const folder = mkdtempSync(path.join(tmpdir(), 'bench-move-'));
const { url, stop } = await server();
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true });
  stop();
}
