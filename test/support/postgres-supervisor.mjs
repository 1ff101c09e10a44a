/**
 * Runs a throw-away PostgreSQL for as long as standard input stays open, so that no server outlives a test run,
 * however that run ended. Prints the URL of a superuser when the server is ready. See `companion.ts`.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchFolder } from './scratch-folder.mjs';
import { run, runnableBinaries, unprivilegedAccount } from './postgres-binaries.mjs';

const START_TIMEOUT_MS = 30_000;

/** Nothing here must survive a crash, and no plan may depend on when autovacuum happened to run. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '256MB',
  shared_preload_libraries: 'pg_stat_statements',
};

const INITDB = '--username postgres --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync --no-instructions';

const home = fs.mkdtempSync(path.join(tmpdir(), 'teoart-postgres-'));
const data = scratchFolder('teoart-postgres-data-');
const logFile = path.join(home, 'log');
let server;

process.stdin.resume().once('close', () => stop(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop(0));
try {
  console.log(await start());
} catch (error) {
  fail('did not start', error.message);
}

function fail(what, reason) {
  console.error(`PostgreSQL for the tests ${what}: ${reason}`);
  stop(1);
}

async function start() {
  const account = unprivilegedAccount();
  const password = randomBytes(16).toString('hex');
  const passwordFile = path.join(home, 'password');
  fs.writeFileSync(passwordFile, password);
  if (account) for (const place of [home, data, passwordFile]) fs.chownSync(place, account.uid, account.gid);
  // The caller's own PG… variables would reach into the server.
  const options = { ...account, cwd: home, env: { PATH: process.env.PATH } };
  const bin = runnableBinaries(home, options);
  run(path.join(bin, 'initdb'), [...INITDB.split(' '), '--pgdata', data, '--pwfile', passwordFile], options);
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = fs.openSync(logFile, 'a');
  server = spawn(path.join(bin, 'postgres'), ['-D', data, ...settings], { ...options, stdio: ['ignore', log, log] });
  await ready();
  server.once('exit', () => fail('ended by itself', logTail()));
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/** The server writes its state into the eighth line of its pid file; pg_ctl waits for the same word. */
async function ready() {
  const pidFile = path.join(data, 'postmaster.pid');
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (server.exitCode === null && Date.now() < deadline) {
    if (fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready') return;
    await sleep(20);
  }
  throw new Error(logTail() || `not ready after ${START_TIMEOUT_MS} ms`);
}

function logTail() {
  return fs.readFileSync(logFile, 'utf8').slice(-2000);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** SIGQUIT: at once and without a checkpoint, since the data go with it. */
function stop(status) {
  process.exitCode ||= status;
  const finish = () => {
    for (const folder of [home, data]) fs.rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  if (!server || server.exitCode !== null || server.signalCode !== null) return finish();
  server.removeAllListeners('exit').once('exit', finish).kill('SIGQUIT');
}
