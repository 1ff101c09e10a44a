/**
 * Runs the tests of the PostgreSQL project through PgBouncer in transaction mode: `npm run test:pgbouncer`, with arguments of
 * jest after `--`. It runs them once with prepared statements tracked by the pooler (1.21 and later) and once without prepared
 * statements. CI runs only tests that use the database in a special way, and only with prepared statements if the pooler supports
 * them. The last line counts the tests of all runs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installedPooler } from '../test/support/pooler.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Tests for which the pooler makes no difference. */
const EXCLUDED = [
  // Long scenarios, whose single steps are covered by other tests.
  ...['property', 'histories', 'chain/'],
  // Migrations and moves do not use the pooler, but DATABASE_DIRECT_URL or the given address.
  ...['database/migrating', 'operations/move'],
  // These tests use their own PostgreSQL server, because they stop or crash it or replicate from it.
  ...[
    'running/database-restarts',
    'running/replicas',
    'running/behind-pooler',
    'running/silent-network',
    'running/crashes',
    'running/roles',
  ],
];
const DEFAULT_FOLDERS = ['platform', 'operations', 'users', 'courses', 'progress', 'rewards', 'notifications'];
/** One test for each way to use the database: transactions, races, bulk loads, LISTEN, leases, timeouts, server statistics. */
const IN_CI = [
  ...['platform/database/(transactions|deadline)', 'platform/events', 'platform/jobs', 'operations/monitoring'],
  ...['platform/running/(two-instances|pool|direct-address)', 'platform/http/(health|idempotency)'],
  ...[
    'operations/fixtures/(django-import|merging)',
    'notifications/(live|notifier)',
    'users/sessions',
    'courses/seats',
  ],
  ...['progress/enrollments', 'rewards/(ledger\\.|concurrency|transfers)'],
];

const toPattern = (places) => `test/(?!.*(${EXCLUDED.join('|')}))(${places.join('|')})`;

/** Starts a script of test/support that ends with this process. The first line it prints is an address. */
async function start(script, ...args) {
  const file = path.join(root, 'test/support', script);
  const child = spawn(process.execPath, [file, ...args], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const end = () => {
    child.stdin.end();
    return exited;
  };
  for await (const url of createInterface({ input: child.stdout })) return { url, end };
  throw new Error(`${script} did not start (see the reason above)`);
}

async function runTests(postgres, prepared, args) {
  const pooler = await start('pooler.mjs', '--to', postgres, ...(prepared ? ['--prepared'] : []));
  console.log(`\n── Through PgBouncer, prepared statements ${prepared ? 'tracked by the pooler' : 'off'}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-counts-'));
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const env = {
    ...process.env,
    TEST_DATABASE_URL: postgres,
    TEST_POOLER_PORT: new URL(pooler.url).port,
    DATABASE_PREPARED_STATEMENTS: prepared ? 'on' : 'off',
    TEST_COUNTS_FILE: path.join(folder, 'counts'),
  };
  const startedMs = performance.now();
  const child = spawn(process.execPath, [jest, '--selectProjects', 'postgres', '--', ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const status = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  console.log(`── ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`);
  await pooler.end();
  count(env.TEST_COUNTS_FILE, status);
  rmSync(folder, { recursive: true });
  return status;
}

const counts = { passed: 0, failed: 0, skipped: 0 };

/** Adds the counts of a run. Without a file jest failed before its reporters ran, which counts as one failure. */
function count(file, status) {
  const line = existsSync(file) ? readFileSync(file, 'utf8') : `${status === 0 ? 0 : 1} failed`;
  for (const [, number, what] of line.matchAll(/(\d+) (\w+)/g)) counts[what] += Number(number);
}

const version = installedPooler();
if (!version) {
  console.log('SKIPPED test:pgbouncer: pgbouncer is not installed (apt-get install pgbouncer)');
} else {
  const keepsStatements = version[0] > 1 || version[1] >= 21;
  if (!keepsStatements)
    console.log(
      `PgBouncer ${version.join('.')} does not track prepared statements (1.21 does), so the tests run once without them`,
    );
  const jestArgs = process.argv.slice(2).filter((arg) => arg !== '--');
  const pattern = toPattern(process.env.CI ? IN_CI : DEFAULT_FOLDERS);
  const runs = keepsStatements ? [true, false].slice(0, process.env.CI ? 1 : 2) : [false];
  const postgres = await start('postgres-supervisor.mjs');
  for (const prepared of runs) {
    const status = await runTests(postgres.url, prepared, jestArgs.length > 0 ? jestArgs : [pattern]);
    process.exitCode ||= status;
  }
  await postgres.end();
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
