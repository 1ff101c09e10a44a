import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './install.mjs';

const FOLDERS = ['src', 'migrations', 'demo'];
const FILES = ['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];

const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');

export const mainFile = path.join(dist, 'src/main.js');

/**
 * Does what `nest build` would, by the same nest-cli.json, without its 59 packages, which do not support Node 20.
 * Compiles to `dist/` when the sources are not the ones it was made from. Ends the process on failure.
 */
export function build() {
  const wanted = fingerprint();
  if (existsSync(stamp) && existsSync(mainFile) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Building …');
  // From empty: the compiler never deletes, and a migration that was removed or renamed would still be found and run.
  rmSync(dist, { recursive: true, force: true });
  const { sourceRoot, compilerOptions } = JSON.parse(readFileSync(path.join(root, 'nest-cli.json'), 'utf8'));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = ['-p', compilerOptions.builder.options.configPath];
  const { status } = spawnSync(process.execPath, [tsc, ...project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status || 1);
  for (const { include } of compilerOptions.assets) copyFolder(path.join(sourceRoot, path.dirname(include)));
  writeFileSync(stamp, wanted);
}

/** The files of a folder that the compiler does not know, such as a page. */
function copyFolder(folder) {
  const target = path.join(dist, folder);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(path.join(root, folder)))
    copyFileSync(path.join(root, folder, file), path.join(target, file));
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
