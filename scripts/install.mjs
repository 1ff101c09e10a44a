import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const STAMP = 'node_modules/.installed-lock';
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** Installs the dependencies when `node_modules` is not what package-lock.json asks for. Ends the process on failure. */
export function install() {
  requireSupportedNode();
  const wanted = fingerprint();
  const stamp = path.join(root, STAMP);
  if (existsSync(stamp) ? read(STAMP) === wanted : installedByHand()) {
    if (!existsSync(stamp)) writeFileSync(stamp, wanted);
    return;
  }
  console.log('Installing dependencies (npm ci) …');
  // The build and the tests need the development dependencies, also where NODE_ENV=production would leave them out.
  const { status, error } = npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ''}. Nothing was started.`);
  writeFileSync(stamp, wanted);
}

/** The lock file, and what native modules are compiled for: a checkout shared with another Node or machine reinstalls. */
function fingerprint() {
  const lock = createHash('sha256').update(read('package-lock.json')).digest('hex');
  return `${lock} ${process.platform}-${process.arch}-abi${process.versions.modules}\n`;
}

/** Whoever ran `npm ci` before us need not wait for it twice: npm's own record is compared with the lock file. */
function installedByHand() {
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
  // npm tells its scripts where it lives; without it the one on PATH, which on Windows is a .cmd file and needs a shell.
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
