import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { manifestOf } from './backup-manifest';

const named = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/**
 * Removes all but the newest `keep` backups that the schedule has made, and what one that was killed has left; other files are
 * nobody's business.
 */
export function removeOld(folder: string, keep: number): number {
  const names = readdirSync(folder);
  const isWhole = (name: string): boolean => named.test(name) && existsSync(manifestOf(path.join(folder, name)));
  const old = names.filter(isWhole).sort().slice(0, -keep);
  for (const name of old) {
    rmSync(path.join(folder, name));
    rmSync(manifestOf(path.join(folder, name)));
  }
  for (const name of names) if (isLeftOver(path.join(folder, name))) forget(path.join(folder, name));
  return old.length;
}

const leftOver = /^teoart-\d{8}-\d{6}\.(?:sqlite3|dump)\.unfinished$/;
const longestBackupMs = 24 * 3_600_000;

/** Another school, or a command line, may be writing a backup here at this moment. */
function isLeftOver(file: string): boolean {
  return leftOver.test(path.basename(file)) && Date.now() - statSync(file).mtimeMs > longestBackupMs;
}

/** The manifest first: without one that is not finished it may belong to a backup that somebody has packed or moved. */
function forget(unfinished: string): void {
  const file = unfinished.replace(/\.unfinished$/, '');
  if (!existsSync(file)) rmSync(manifestOf(file), { force: true });
  rmSync(unfinished, { force: true });
}
