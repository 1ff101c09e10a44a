import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { manifestPath } from './backup-manifest';

const backupFile = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/**
 * Removes all but the newest `keep` backups that the schedule has made, and what one that was killed has left; other files are
 * nobody's business.
 */
export function removeOldBackups(folder: string, keep: number): number {
  const names = readdirSync(folder);
  const isComplete = (name: string): boolean =>
    backupFile.test(name) && existsSync(manifestPath(path.join(folder, name)));
  const old = names.filter(isComplete).sort().slice(0, -keep);
  for (const name of old) {
    rmSync(path.join(folder, name));
    rmSync(manifestPath(path.join(folder, name)));
  }
  for (const name of names) if (isAbandoned(path.join(folder, name))) removeAbandoned(path.join(folder, name));
  return old.length;
}

const unfinishedFile = /^teoart-\d{8}-\d{6}\.(?:sqlite3|dump)\.unfinished$/;
const maxBackupMs = 24 * 3_600_000;

/** Another school, or a command line, may be writing a backup here at this moment. */
function isAbandoned(file: string): boolean {
  return unfinishedFile.test(path.basename(file)) && Date.now() - statSync(file).mtimeMs > maxBackupMs;
}

/** The manifest first: without one that is not finished it may belong to a backup that somebody has packed or moved. */
function removeAbandoned(unfinished: string): void {
  const file = unfinished.replace(/\.unfinished$/, '');
  if (!existsSync(file)) rmSync(manifestPath(file), { force: true });
  rmSync(unfinished, { force: true });
}
