import { closeSync, copyFileSync, existsSync, openSync, readSync } from 'node:fs';
import { listTablesWithRows } from '../move/sqlite/sqlite-catalogue';
import { openExclusively, removeWriteAheadLog, replaceFile, removeFile } from '../move/sqlite/sqlite-files';
import { BackupUnusable, WouldOverwrite } from './backup.errors';
import type { ObjectCounts } from '../move/objects/object-counts';
import { restoreFiles } from './backup-files';
import { findVerifiedManifest, requireSameTables, type Contents, type Manifest } from './backup-manifest';
import { restorePostgres } from './postgres/postgres-restore';
import type { RestoreOptions } from './restore-options';
import { checkSqlite } from './sqlite-backup';

interface Restored {
  lines: string[];
  files: ObjectCounts | null;
}

/**
 * Restores a backup into a copy next to the target. The copy replaces the target once it matches the manifest and the application
 * has started on it.
 * @returns lines to print, and what was found of the files
 * @throws BackupUnusable, WouldOverwrite or ToolMissing, before the target is changed
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  if (!existsSync(options.file)) throw new BackupUnusable(options.file, 'does not exist');
  const engine = engineOf(options.file);
  const targetEngine = options.url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
  if (engine !== targetEngine)
    throw new BackupUnusable(
      options.file,
      'is a backup of the other engine: restore it to a database of that engine, then use db:move',
    );
  const manifest = await findVerifiedManifest(options.file);
  const { store, checkFiles = false } = options;
  const list = manifest?.files;
  const files = store && list ? await restoreFiles(options.file, list, store, checkFiles) : null;
  const restoreEngine = engine === 'sqlite' ? restoreSqlite : restorePostgres;
  const auditReport = await restoreEngine(options, manifest);
  const matchText = 'Every table matches the manifest';
  const noManifestText = 'The backup has no manifest, so its tables were not compared';
  return { lines: [manifest ? matchText : noManifestText, ...(files?.lines ?? []), auditReport], files };
}

function engineOf(file: string): Contents['engine'] {
  const firstBytes = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, firstBytes, 0, firstBytes.length, 0);
  closeSync(descriptor);
  const header = firstBytes.toString();
  if (header.startsWith('SQLite format 3')) return 'sqlite';
  if (header.startsWith('PGDMP')) return 'postgres';
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
    const { tables } = await checkSqlite(temporaryFile);
    requireSameTables(manifest, tables);
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
