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
 * Builds like `nest build` with the same nest-cli.json, but without its 59 packages, which do not support Node 20.
 * It compiles to `dist/` only if the sources have changed since the last build. Ends the process on failure.
 */
export function build() {
  const sourceHash = hashSources();
  if (existsSync(stamp) && existsSync(mainFile) && readFileSync(stamp, 'utf8') === sourceHash) return;
  console.log('Building …');
  // dist/ is removed first, because the compiler does not delete files: a removed or renamed migration would still run.
  rmSync(dist, { recursive: true, force: true });
  const { sourceRoot, compilerOptions } = JSON.parse(readFileSync(path.join(root, 'nest-cli.json'), 'utf8'));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = ['-p', compilerOptions.builder.options.configPath];
  const { status } = spawnSync(process.execPath, [tsc, ...project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status || 1);
  for (const { include } of compilerOptions.assets) copyFolder(path.join(sourceRoot, path.dirname(include)));
  writeFileSync(stamp, sourceHash);
}

/** Copies the files of a folder that the compiler does not handle, such as a web page. */
function copyFolder(folder) {
  const target = path.join(dist, folder);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(path.join(root, folder)))
    copyFileSync(path.join(root, folder, file), path.join(target, file));
}

/** Hashes contents instead of times, because a checkout of another branch and back changes only times. It takes about 20 ms. */
function hashSources() {
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
