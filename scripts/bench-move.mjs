import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { build } from './build.mjs';
import { root } from './install.mjs';

/**
 * `node scripts/bench-move.mjs --file SCHOOL.sqlite3 [--rounds 3]`: db:move with all of its proofs against pgloader, which
 * proves nothing, on the same file into the same server, in turn; then the way back, and backup and restore against the bare
 * tools. A programme that is not installed is left out and said so. BENCH_DATABASE_URL names a server of one's own.
 */
const { values } = parseArgs({ options: { file: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
if (!values.file) throw new Error('Say which school: --file SCHOOL.sqlite3 (npm run seed makes one)');
build();
const folder = mkdtempSync(path.join(tmpdir(), 'bench-move-'));
const { url, stop } = await server();
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true });
  stop();
}

async function measure() {
  const file = path.join(folder, 'school.sqlite3');
  cpSync(values.file, file);
  console.log(`${(statSync(file).size / 2 ** 20).toFixed(0)} MB of SQLite, Node ${process.version}\n`);
  console.log('| what | seconds, each round | memory peak (MB) |\n|---|---|---:|');
  const rounds = { 'db:move to PostgreSQL': toPostgres, pgloader, 'db:move back to SQLite': toSqlite };
  const taken = Object.fromEntries(Object.keys(rounds).map((name) => [name, []]));
  // In turn, so that what else the machine does meets all of them.
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, run] of Object.entries(rounds)) taken[name].push(await run(file));
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
  return timed('pgloader', ['--on-error-stop', `sqlite://${file}`, await emptied('loaded')]);
}

/** The time of a child, and the most memory it held. */
function timed(command, args, environment = {}) {
  const started = performance.now();
  const env = { ...process.env, NODE_ENV: 'test', DATABASE_URL: `sqlite:${folder}/unused.sqlite3`, ...environment };
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
  });
  const line = await new Promise((resolve) => child.stdout.once('data', (part) => resolve(String(part).trim())));
  return { url: line, stop: () => child.stdin.end() };
}
