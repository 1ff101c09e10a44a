/**
 * Runs the tests of the PostgreSQL project through PgBouncer in transaction mode: `npm run test:pgbouncer`, with jest's
 * own arguments after `--`. Once with the pooler keeping track of prepared statements, where it can (1.21 and later), and
 * once without any. In CI only the tests that reach the database in a way of their own, with prepared statements where
 * the pooler keeps them. The last line counts the tests of all runs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { unprivilegedAccount } from '../test/support/postgres-binaries.mjs';
import { freePort } from '../test/support/postgres-process.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What a pooler is no part of: these would only run a second time. */
const LEFT_OUT = [
  // Long stories: they say nothing more about a pooler than what they are made of.
  ...['property', 'histories', 'rewards/chain/'],
  // Migrations and moves go past a pooler, by DATABASE_DIRECT_URL or by the address they are given.
  ...['database/migrating', 'data/move'],
  // On a PostgreSQL of their own, which they stop, crash and follow.
  ...['running/database-restarts', 'running/replicas'],
];
const USUAL = ['platform', 'users', 'courses', 'progress', 'rewards', 'notifications'];
/** Each way to the database once: transactions, races, bulk loads, LISTEN, leases, time-outs, the server's own figures. */
const IN_CI = [
  ...['platform/database', 'platform/events', 'platform/jobs', 'platform/monitoring', 'platform/running/(?!telemetry)'],
  ...['platform/http/(health|idempotency)', 'platform/data/loading', 'notifications/(live|notifier)'],
  ...['users/sessions', 'courses/seats', 'progress/enrollments', 'rewards/(ledger\\.|concurrency|transfers)'],
];

const testsIn = (places) => `test/(?!.*(${LEFT_OUT.join('|')}))(${places.join('|')})`;

/** Debian puts it where only root looks. */
const PATH = `${process.env.PATH}${path.delimiter}/usr/sbin`;

/** The pooler's version as [major, minor], or null where there is none. */
function installed() {
  const { stdout } = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8', env: { ...process.env, PATH } });
  const found = /PgBouncer (\d+)\.(\d+)/i.exec(stdout ?? '');
  return found && [Number(found[1]), Number(found[2])];
}

async function startPostgres() {
  const supervisor = path.join(root, 'test/support/postgres-supervisor.mjs');
  const child = spawn(process.execPath, [supervisor], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const url of createInterface({ input: child.stdout })) return { url, end: () => child.stdin.end() };
  throw new Error('PostgreSQL did not start (reason above)');
}

/** Few server connections on purpose: what a session kept to itself would soon be met by another. */
const configuration = ({ hostname, port }, listenPort, folder, prepared) => `
[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 8
max_client_conn = 1000
server_idle_timeout = 10
server_login_retry = 1
auth_type = scram-sha-256
auth_file = ${folder}/users
${prepared ? 'max_prepared_statements = 500' : ''}
`;

async function startPooler(postgres, prepared) {
  const url = new URL(postgres);
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-pgbouncer-'));
  const port = await freePort();
  writeFileSync(path.join(folder, 'users'), `"${url.username}" "${url.password}"\n`);
  writeFileSync(path.join(folder, 'ini'), configuration(url, port, folder, prepared));
  const account = unprivilegedAccount();
  if (account) for (const name of ['', 'users', 'ini']) chownSync(path.join(folder, name), account.uid, account.gid);
  const child = spawn('pgbouncer', ['-q', path.join(folder, 'ini')], {
    ...account,
    env: { PATH },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await answers(port);
  return { port, end: () => stop(child, folder) };
}

async function answers(port) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    const isOpen = await new Promise((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
  }
  throw new Error('PgBouncer did not start (reason above)');
}

async function stop(child, folder) {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await Promise.race([exited, sleep(5_000)]);
  rmSync(folder, { recursive: true, force: true });
}

async function runTests(postgres, prepared, args) {
  const pooler = await startPooler(postgres, prepared);
  console.log(`\n── Through PgBouncer, prepared statements ${prepared ? 'kept by the pooler' : 'off'}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-counts-'));
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const env = {
    ...process.env,
    TEST_DATABASE_URL: postgres,
    TEST_POOLER_PORT: String(pooler.port),
    DATABASE_PREPARED_STATEMENTS: prepared ? 'on' : 'off',
    TEST_COUNTS_FILE: path.join(folder, 'counts'),
  };
  const started = performance.now();
  const child = spawn(process.execPath, [jest, '--selectProjects', 'postgres', '--', ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  const status = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  console.log(`── ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  await pooler.end();
  count(env.TEST_COUNTS_FILE, status);
  rmSync(folder, { recursive: true });
  return status;
}

const counts = { passed: 0, failed: 0, skipped: 0 };

/** No file: jest did not get as far as its reporters. */
function count(file, status) {
  const line = existsSync(file) ? readFileSync(file, 'utf8') : `${status === 0 ? 0 : 1} failed`;
  for (const [, number, what] of line.matchAll(/(\d+) (\w+)/g)) counts[what] += Number(number);
}

const version = installed();
if (!version) {
  console.log('SKIPPED test:pgbouncer: there is no pgbouncer on this machine (apt-get install pgbouncer)');
} else {
  const keepsStatements = version[0] > 1 || version[1] >= 21;
  if (!keepsStatements)
    console.log(`PgBouncer ${version.join('.')} keeps no prepared statements (1.21 does): one run, without them`);
  const given = process.argv.slice(2).filter((arg) => arg !== '--');
  const usual = testsIn(process.env.CI ? IN_CI : USUAL);
  const runs = keepsStatements ? [true, false].slice(0, process.env.CI ? 1 : 2) : [false];
  const postgres = await startPostgres();
  for (const prepared of runs)
    process.exitCode ||= await runTests(postgres.url, prepared, given.length > 0 ? given : [usual]);
  postgres.end();
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
