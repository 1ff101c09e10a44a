import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = path.join(__dirname, '../..');
const lock = path.join(root, 'node_modules/.cache/build.lock');

/**
 * Makes `dist/` what the sources say. Two workers may ask at once: one builds, the other waits and finds it done.
 * Costs 100 ms where nothing is to be built.
 */
export async function buildOnce(): Promise<void> {
  while (!taken()) await sleep(100);
  try {
    const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/build.mjs'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`);
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(): boolean {
  mkdirSync(path.dirname(lock), { recursive: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!holderLives()) rmSync(lock, { force: true });
    return false;
  }
}

/** A run that was killed leaves its lock behind. */
function holderLives(): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    // No such process. Anything else (the lock is gone meanwhile) is settled by the next try.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
