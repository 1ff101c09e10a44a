import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { removeFiles } from './backup-files';
import { manifestPath } from './backup-manifest';

const backupPattern = /^teoart-\d{8}-\d{6}\.(sqlite3|dump)$/;

/**
 * Removes the older complete backups, and the files of backups that were killed. Only files with the names of scheduled backups are
 * removed.
 * @param keptCount the number of newest complete backups that are kept, at least 1
 * @returns the number of complete backups that were removed
 */
export function removeOldBackups(folder: string, keptCount: number): number {
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  // The names differ only in the time, so the oldest comes first.
  const oldBackups = files.filter(isCompleteBackup).sort().slice(0, -keptCount);
  for (const file of oldBackups) {
    // After a kill in the middle, the new name shows the next run that the backup and its manifest are to be removed.
    const unfinishedPath = `${file}.unfinished`;
    renameSync(file, unfinishedPath);
    removeAbandoned(unfinishedPath);
  }
  for (const file of files) if (isAbandoned(file)) removeAbandoned(file);
  return oldBackups.length;
}

const isCompleteBackup = (file: string): boolean =>
  backupPattern.test(path.basename(file)) && existsSync(manifestPath(file));

const unfinishedPattern = /^teoart-\d{8}-\d{6}\.(?:sqlite3|dump)\.unfinished$/;
const maxBackupMs = 24 * 3_600_000;

/** Whether the file was left by a killed backup, or by a killed removal. A new file is not abandoned, because another process may still write it. */
function isAbandoned(file: string): boolean {
  return unfinishedPattern.test(path.basename(file)) && Date.now() - statSync(file).mtimeMs > maxBackupMs;
}

/**
 * Removes the manifest before the unfinished file. After a kill between the two, the unfinished file still shows that the manifest is
 * abandoned too; a manifest alone may belong to a backup that was compressed or moved.
 */
function removeAbandoned(unfinishedPath: string): void {
  const backupPath = unfinishedPath.replace(/\.unfinished$/, '');
  // If the backup exists too, the manifest belongs to it.
  if (!existsSync(backupPath)) {
    rmSync(manifestPath(backupPath), { force: true });
    removeFiles(backupPath);
  }
  rmSync(unfinishedPath, { force: true });
}
