/**
 * Runs the tests of the PostgreSQL project through PgBouncer in transaction mode: `npm run test:pgbouncer`, with jest's
 * own arguments after `--`. Once with the pooler keeping track of prepared statements, where it can (1.21 and later), and
 * once without any. In CI only the tests that reach the database in a way of their own, with prepared statements where
 * the pooler keeps them. The last line counts the tests of all runs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installedPooler } from '../test/support/pooler.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What a pooler is no part of: these would only run a second time. */
const LEFT_OUT = [
  // Long stories: they say nothing more about a pooler than what they are made of.
  ...['property', 'histories', 'chain/'],
  // Migrations and moves go past a pooler, by DATABASE_DIRECT_URL or by the address they are given.
  ...['database/migrating', 'operations/move'],
  // On a PostgreSQL of their own, which they stop, crash and follow.
  ...[
    'running/database-restarts',
    'running/replicas',
    'running/behind-pooler',
    'running/silent-network',
    'running/crashes',
    'running/roles',
  ],
];
const USUAL = ['platform', 'operations', 'users', 'courses', 'progress', 'rewards', 'notifications'];
/** Each way to the database once: transactions, races, bulk loads, LISTEN, leases, time-outs, the server's own figures. */
const IN_CI = [
  ...['platform/database/(transactions|deadline)', 'platform/events', 'platform/jobs', 'operations/monitoring'],
  ...['platform/running/(two-instances|pool|direct-address)', 'platform/http/(health|idempotency)'],
  ...['operations/fixtures/(django-import|merging)', 'notifications/(live|notifier)', 'users/sessions', 'courses/seats'],
  ...['progress/enrollments', 'rewards/(ledger\\.|concurrency|transfers)'],
];

const testsIn = (places) => `test/(?!.*(${LEFT_OUT.join('|')}))(${places.join('|')})`;

/** A script of the tests that lives as long as we do; the first line it prints is an address. */
async function start(script, ...args) {
  const file = path.join(root, 'test/support', script);
  const child = spawn(process.execPath, [file, ...args], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const end = () => {
    child.stdin.end();
    return exited;
  };
  for await (const url of createInterface({ input: child.stdout })) return { url, end };
  throw new Error(`${script} did not start (reason above)`);
}

async function runTests(postgres, prepared, args) {
  const pooler = await start('pooler.mjs', '--to', postgres, ...(prepared ? ['--prepared'] : []));
  console.log(`\n── Through PgBouncer, prepared statements ${prepared ? 'kept by the pooler' : 'off'}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-counts-'));
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const env = {
    ...process.env,
    TEST_DATABASE_URL: postgres,
    TEST_POOLER_PORT: new URL(pooler.url).port,
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

const version = installedPooler();
if (!version) {
  console.log('SKIPPED test:pgbouncer: there is no pgbouncer on this machine (apt-get install pgbouncer)');
} else {
  const keepsStatements = version[0] > 1 || version[1] >= 21;
  if (!keepsStatements)
    console.log(`PgBouncer ${version.join('.')} keeps no prepared statements (1.21 does): one run, without them`);
  const given = process.argv.slice(2).filter((arg) => arg !== '--');
  const usual = testsIn(process.env.CI ? IN_CI : USUAL);
  const runs = keepsStatements ? [true, false].slice(0, process.env.CI ? 1 : 2) : [false];
  const postgres = await start('postgres-supervisor.mjs');
  for (const prepared of runs) {
    const status = await runTests(postgres.url, prepared, given.length > 0 ? given : [usual]);
    process.exitCode ||= status;
  }
  await postgres.end();
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
