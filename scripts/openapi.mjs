import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { root } from './install.mjs';

/** `node scripts/openapi.mjs` writes `openapi.json` from the routes; `--check` fails if the committed file is out of date. */
const file = path.join(root, 'openapi.json');

/** Describes the first lines in which the two texts differ; null if they are equal. */
export function describeDifference(committed, emitted) {
  if (committed === emitted) return null;
  const [old, now] = [committed.split('\n'), emitted.split('\n')];
  const first = now.findIndex((line, i) => line !== old[i]);
  const from = first === -1 ? now.length : first;
  const lines = (mark, text) => text.slice(from, from + 5).map((line) => `${mark} ${line}`);
  return [`openapi.json is out of date from line ${from + 1}:`, ...lines('-', old), ...lines('+', now)].join('\n');
}

function printDocument() {
  build();
  const cli = path.join(root, 'dist/src/cli.js');
  return execFileSync(process.execPath, [cli, 'openapi'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const emitted = printDocument();
  if (!process.argv.includes('--check')) writeFileSync(file, emitted);
  else {
    const difference = describeDifference(existsSync(file) ? readFileSync(file, 'utf8') : '', emitted);
    if (difference) console.error(`${difference}\nRun: node scripts/openapi.mjs`);
    process.exitCode = difference ? 1 : 0;
  }
}
