import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = path.join(__dirname, '../..');
const lockFile = path.join(root, 'node_modules/.cache/build.lock');

/**
 * Builds `dist/` from the sources. If two workers call this function at once, one builds and the other waits. If `dist/` is already
 * current, the call takes 100 ms.
 */
export async function buildOnce(): Promise<void> {
  while (!takeLock()) await sleep(100);
  try {
    const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/build.mjs'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`);
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function takeLock(): boolean {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isHolderRunning()) rmSync(lockFile, { force: true });
    return false;
  }
}

/** True if the process that created the lock file still runs. A test run that was killed leaves its lock file behind. */
function isHolderRunning(): boolean {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch (error) {
    // ESRCH means that there is no such process. After any other error, for example a missing file, the caller tries again.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
