import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './install.mjs';

const FOLDERS = ['src', 'migrations', 'demo'];
const FILES = ['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];

const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');

export const mainFile = path.join(dist, 'src/main.js');

/** Compiles to `dist/` when the sources are not the ones it was made from. Ends the process on failure. */
export function build() {
  const wanted = fingerprint();
  if (existsSync(stamp) && existsSync(mainFile) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Building …');
  // From empty: the compiler never deletes, and a migration that was removed or renamed would still be found and run.
  rmSync(dist, { recursive: true, force: true });
  const nest = path.join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status || 1);
  writeFileSync(stamp, wanted);
}

/** A hash over content, not over times: a checkout of another branch and back changes times only. About 20 ms. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [...FILES, ...FOLDERS.flatMap(sourcesIn)]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sourcesIn(folder) {
  const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
