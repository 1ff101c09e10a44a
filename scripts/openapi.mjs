import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { root } from './install.mjs';

/** `node scripts/openapi.mjs` writes `openapi.json` from the routes; `--check` fails when the committed one is stale. */
const file = path.join(root, 'openapi.json');

/** The first lines in which the two texts differ, or null. */
export function staleness(committed, emitted) {
  if (committed === emitted) return null;
  const [old, now] = [committed.split('\n'), emitted.split('\n')];
  const first = now.findIndex((line, i) => line !== old[i]);
  const from = first === -1 ? now.length : first;
  const lines = (mark, text) => text.slice(from, from + 5).map((line) => `${mark} ${line}`);
  return [`openapi.json is stale from line ${from + 1}:`, ...lines('-', old), ...lines('+', now)].join('\n');
}

function emit() {
  build();
  const cli = path.join(root, 'dist/src/cli.js');
  return execFileSync(process.execPath, [cli, 'openapi'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const emitted = emit();
  if (!process.argv.includes('--check')) writeFileSync(file, emitted);
  else {
    const stale = staleness(existsSync(file) ? readFileSync(file, 'utf8') : '', emitted);
    if (stale) console.error(`${stale}\nRun: node scripts/openapi.mjs`);
    process.exitCode = stale ? 1 : 0;
  }
}
