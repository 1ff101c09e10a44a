import { closeSync, copyFileSync, existsSync, openSync, readSync } from 'node:fs';
import { listTablesWithRows } from '../move/sqlite/sqlite-catalogue';
import { openExclusively, removeWriteAheadLog, replaceFile, removeFile } from '../move/sqlite/sqlite-files';
import { BackupUnusable, WouldOverwrite } from './backup.errors';
import { findVerifiedManifest, requireSameTables, type Contents, type Manifest } from './backup-manifest';
import { restorePostgres } from './postgres/postgres-restore';
import type { RestoreOptions } from './restore-options';
import { checkSqlite } from './sqlite-backup';

/**
 * Restores next to the target, compares the copy with the manifest, starts the application on it, and then replaces the target.
 * @returns lines to print
 * @throws BackupUnusable, WouldOverwrite, ToolMissing; the target is unchanged then
 */
export async function restore(options: RestoreOptions): Promise<string[]> {
  if (!existsSync(options.file)) throw new BackupUnusable(options.file, 'does not exist');
  const engine = engineOf(options.file);
  const target = options.url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
  if (engine !== target)
    throw new BackupUnusable(
      options.file,
      'is a backup of the other engine: restore it to a database of that engine, then use db:move',
    );
  const manifest = await findVerifiedManifest(options.file);
  const auditReport = await (engine === 'sqlite' ? restoreSqlite : restorePostgres)(options, manifest);
  return [
    manifest ? 'Every table matches the manifest' : 'The backup has no manifest, so its tables were not compared',
    auditReport,
  ];
}

function engineOf(file: string): Contents['engine'] {
  const head = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head, 0, 16, 0);
  closeSync(descriptor);
  if (head.toString().startsWith('SQLite format 3')) return 'sqlite';
  if (head.toString().startsWith('PGDMP')) return 'postgres';
  throw new BackupUnusable(file, 'is not a backup');
}

async function restoreSqlite(
  { file, url, replace, auditCopy }: RestoreOptions,
  manifest: Manifest | null,
): Promise<string> {
  const path = url.slice('sqlite:'.length);
  const temporaryFile = `${path}.restoring`;
  const target = existsSync(path) ? openExclusively(path) : null;
  try {
    if (target && !replace && listTablesWithRows(target).length > 0)
      throw new WouldOverwrite(path, 'has rows; pass --replace to delete them');
    removeFile(temporaryFile);
    copyFileSync(file, temporaryFile);
    requireSameTables(manifest, (await checkSqlite(temporaryFile)).tables);
    const auditReport = await auditCopy(`sqlite:${temporaryFile}`);
    if (target) removeWriteAheadLog(target);
    replaceFile(temporaryFile, path);
    return auditReport;
  } finally {
    target?.close();
    removeFile(temporaryFile);
    removeFile(`${temporaryFile}-migrating`);
  }
}
