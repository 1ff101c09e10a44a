import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const STAMP = 'node_modules/.installed-lock';
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** Installs the dependencies if `node_modules` does not match package-lock.json. Ends the process on failure. */
export function install() {
  requireSupportedNode();
  const expectedStamp = toStamp();
  const stamp = path.join(root, STAMP);
  if (existsSync(stamp) ? read(STAMP) === expectedStamp : isInstalledByNpm()) {
    if (!existsSync(stamp)) writeFileSync(stamp, expectedStamp);
    return;
  }
  console.log('Installing dependencies (npm ci) …');
  // --include=dev is needed because the build and the tests need these packages even with NODE_ENV=production.
  const { status, error } = npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ''}. The application was not started.`);
  writeFileSync(stamp, expectedStamp);
}

/** Identifies the lock file and the platform of native modules, so that another Node version or machine installs again. */
function toStamp() {
  const lock = createHash('sha256').update(read('package-lock.json')).digest('hex');
  return `${lock} ${process.platform}-${process.arch}-abi${process.versions.modules}\n`;
}

/** Whether `npm ci` was run before, so that it need not run again. npm's own record is compared with the lock file. */
function isInstalledByNpm() {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return false;
  const wanted = JSON.parse(read('package-lock.json')).packages;
  const present = JSON.parse(read('node_modules/.package-lock.json')).packages;
  const leftOver = Object.keys(present).some((name) => !(name in wanted));
  const missing = ([name, entry]) =>
    name !== '' && (present[name] ? present[name].integrity !== entry.integrity : !entry.optional);
  return !leftOver && !Object.entries(wanted).some(missing);
}

function npm(args) {
  const options = { cwd: root, stdio: 'inherit' };
  const cli = process.env.npm_execpath;
  // npm_execpath is the path of the running npm. Without it npm is taken from PATH; on Windows it is a .cmd file, which needs a shell.
  if (cli?.endsWith('.js')) return spawnSync(process.execPath, [cli, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function requireSupportedNode() {
  const range = JSON.parse(read('package.json')).engines.node;
  if (range.split('||').some((part) => part.trim().split(/\s+/).every(holds))) return;
  fail(`Node ${process.versions.node} cannot run this project. It needs Node ${range}.`);
}

/** One comparator of the engines range, such as `>=20.19.0` or `<21`. */
function holds(comparator) {
  const [, operator, version] = /^(>=|<)(.+)$/.exec(comparator);
  const [wanted, running] = [version, process.versions.node].map((text) => text.split('.').map(Number));
  const step = [0, 1, 2].map((part) => running[part] - (wanted[part] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return operator === '<' ? step < 0 : step >= 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
