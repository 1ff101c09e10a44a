import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { manifestPath } from './backup-manifest';

const backupFile = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/**
 * Removes all but the newest `keep` complete backups, and files of backups that were killed. Only files with the names of
 * scheduled backups are removed.
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

/** Only old files count as abandoned, because another process may be writing a backup into this folder. */
function isAbandoned(file: string): boolean {
  return unfinishedFile.test(path.basename(file)) && Date.now() - statSync(file).mtimeMs > maxBackupMs;
}

/** Removes the manifest before the unfinished file. A manifest without one may belong to a backup that was compressed or moved. */
function removeAbandoned(unfinished: string): void {
  const file = unfinished.replace(/\.unfinished$/, '');
  if (!existsSync(file)) rmSync(manifestPath(file), { force: true });
  rmSync(unfinished, { force: true });
}
