import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './install.mjs';

/** The steps before the tests, the cheapest first. Each is a script of package.json and can be run alone. */
const STEPS = [
  'client',
  'format:check',
  'lint',
  'lock:check',
  'boundaries',
  'types',
  'client:types',
  'contract:check',
  'mails:check',
  'openapi:check',
  'api:lint',
  'bruno:check',
  'api-changelog:check',
];

/**
 * Runs every step even if one has failed, so that one run reports all failures.
 * The last line is `N passed, N failed` for the tests of all jest projects, with `, N skipped` if there are any.
 */
export async function check() {
  const failed = [];
  for (const step of STEPS) {
    if ((await runStep(step)) !== 0) failed.push(step);
  }
  const counts = await runTests([]);
  if (counts.status !== 0) failed.push('test:jest');
  conclude(failed, counts);
}

/** Runs only jest, with the given arguments. */
export async function testOnly(args) {
  const counts = await runTests(args);
  conclude(counts.status === 0 ? [] : ['test:jest'], counts);
}

function conclude(failed, counts) {
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
  console.log(counts.line);
}

async function runTests(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-counts-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'counts');
  const status = await runStep('test:jest', args, { TEST_COUNTS_FILE: file });
  // Without a file jest failed before its reporters ran, which counts as one failure.
  const line = existsSync(file) ? readFileSync(file, 'utf8') : `0 passed, ${status === 0 ? 0 : 1} failed`;
  return { status, line };
}

/** Runs a script of package.json like npm, without the start-up time of npm. */
async function runStep(name, args = [], extraEnv = {}) {
  console.log(`\n── ${name}`);
  const command = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts[name];
  const binaries = path.join(root, 'node_modules/.bin') + path.delimiter + process.env.PATH;
  const env = { ...process.env, PATH: binaries, ...extraEnv };
  const quoted = args.map((arg) => `'${arg.replaceAll("'", String.raw`'\''`)}'`);
  // exec replaces the shell, so that a signal reaches the step itself.
  const child = spawn(['exec', command, ...quoted].join(' '), { cwd: root, env, stdio: 'inherit', shell: true });
  return waitForExit(child);
}

/** Waits for the exit status of the child. A signal is forwarded to the child, and ends the run after the child has ended. */
function waitForExit(child) {
  return new Promise((resolve) => {
    const forward = (signal) => {
      child.once('exit', () => process.exit(128 + constants.signals[signal]));
      child.kill(signal);
    };
    process.once('SIGINT', forward).once('SIGTERM', forward);
    child.once('exit', (status) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(status ?? 1);
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await check();
