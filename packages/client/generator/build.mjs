import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGenerated } from './generate.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(folder, 'dist');
const stamp = path.join(dist, '.built');

/** Compiles the client to `dist/` if its sources have changed since the last build. Ends the process on failure. */
function buildClient() {
  writeGenerated();
  const sources = filesIn(path.join(folder, 'src')).concat(path.join(folder, 'tsconfig.json'));
  const sourceHash = createHash('sha256').update(sources.map(contentOf).join('\0')).digest('hex');
  const isCurrent = () => existsSync(stamp) && contentOf(stamp) === sourceHash;
  if (isCurrent()) return;
  // Two builds at the same time compile into folders of their own, and the first one is kept.
  const output = `${dist}.${process.pid}`;
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', folder, '--outDir', output], { stdio: 'inherit' });
  if (status !== 0) {
    rmSync(output, { recursive: true, force: true });
    process.exit(status || 1);
  }
  for (const file of filesIn(output).filter((name) => name.endsWith('.d.ts'))) importJavaScript(file);
  writeFileSync(path.join(output, '.built'), sourceHash);
  if (isCurrent()) return rmSync(output, { recursive: true });
  rmSync(dist, { recursive: true, force: true });
  renameSync(output, dist);
}

/** The compiler rewrites `./file.ts` in code only. In declarations, older compilers do not find the file under this name. */
function importJavaScript(file) {
  writeFileSync(file, contentOf(file).replaceAll(/(from |import\()'(\.[^']+)\.ts'/g, "$1'$2.js'"));
}

const contentOf = (file) => readFileSync(file, 'utf8');

function filesIn(place) {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildClient();
