import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { manifestPath } from './backup-manifest';

const backupFile = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/**
 * Removes the older complete backups, and the files of backups that were killed. Only files with the names of scheduled backups are
 * removed.
 * @param keptCount the number of newest complete backups that are kept
 * @returns the number of complete backups that were removed
 */
export function removeOldBackups(folder: string, keptCount: number): number {
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  // The names begin with the time, so the oldest comes first.
  const oldBackups = files.filter(isCompleteBackup).sort().slice(0, -keptCount);
  for (const file of oldBackups) {
    rmSync(file);
    rmSync(manifestPath(file));
  }
  for (const file of files) if (isAbandoned(file)) removeAbandoned(file);
  return oldBackups.length;
}

const isCompleteBackup = (file: string): boolean =>
  backupFile.test(path.basename(file)) && existsSync(manifestPath(file));

const unfinishedFile = /^teoart-\d{8}-\d{6}\.(?:sqlite3|dump)\.unfinished$/;
const maxBackupMs = 24 * 3_600_000;

/** Whether the file was left by a killed backup. A new file is not abandoned, because another process may still write it. */
function isAbandoned(file: string): boolean {
  return unfinishedFile.test(path.basename(file)) && Date.now() - statSync(file).mtimeMs > maxBackupMs;
}

/**
 * Removes the manifest before the unfinished file. After a kill between the two, the unfinished file still shows that the manifest is
 * abandoned too; a manifest alone may belong to a backup that was compressed or moved.
 */
function removeAbandoned(unfinishedPath: string): void {
  const backupPath = unfinishedPath.replace(/\.unfinished$/, '');
  if (!existsSync(backupPath)) rmSync(manifestPath(backupPath), { force: true });
  rmSync(unfinishedPath, { force: true });
}
