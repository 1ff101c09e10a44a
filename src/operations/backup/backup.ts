import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { WouldOverwrite } from './backup.errors';
import { backUpFiles, removeFiles, writeList, type WriteFileList } from './backup-files';
import type { FileStore } from '../../platform/files/store/file-store';
import type { ObjectCounts } from '../move/objects/object-counts';
import { describeFile, manifestPath, writeManifest, type FileList, type Manifest } from './backup-manifest';
import { dumpPostgres } from './postgres/postgres-backup';
import { copySqlite } from './sqlite-backup';
import { syncToDisk } from '../move/sqlite/sqlite-files';

/** The file name extension of a backup: `sqlite3` or `dump`. */
export const extensionOf = (url: string): string => (url.startsWith('sqlite:') ? 'sqlite3' : 'dump');

/** The manifest, and what became of the files; null if they were only named. */
export type Backup = Manifest & { stored: ObjectCounts | null };

/**
 * Writes one snapshot of the database into `file`, and its manifest next to it, while the database is in use. The file gets its name
 * when it is complete, so that an unfinished backup is not taken for a complete one.
 * @param store the files of the school, which are put beside the backup if they are in a folder
 * @throws WouldOverwrite, ToolMissing
 */
export async function backup(url: string, file: string, now: Date, store: FileStore | null = null): Promise<Backup> {
  if (existsSync(file)) throw new WouldOverwrite(file, 'already exists');
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const unfinishedFile = `${file}.unfinished`;
  rmSync(unfinishedFile, { force: true });
  removeFiles(file);
  try {
    let files: FileList | undefined;
    const writeFileList: WriteFileList = async (objects) => void (files = await writeList(file, objects));
    const isSqlite = url.startsWith('sqlite:');
    const back = isSqlite ? copySqlite : dumpPostgres;
    const contents = await back(url, unfinishedFile, writeFileList);
    const objects = store && (await backUpFiles(file, store));
    const { bytes, sha256 } = await describeFile(unfinishedFile);
    const manifest: Manifest = { format: 1, createdAt: now.toISOString(), bytes, sha256, ...contents, files };
    syncToDisk(unfinishedFile);
    writeManifest(file, manifest);
    renameSync(unfinishedFile, file);
    syncToDisk(path.dirname(path.resolve(file)));
    return { ...manifest, stored: objects };
  } catch (error) {
    rmSync(manifestPath(file), { force: true });
    removeFiles(file);
    throw error;
  } finally {
    rmSync(unfinishedFile, { force: true });
  }
}

/** The name of a backup. Sorting by name sorts by time. */
export function backupName(url: string, now: Date): string {
  const compactIso = now.toISOString().replaceAll(/[-:]/g, '');
  // `20260301T120000` becomes `20260301-120000`.
  const time = compactIso.slice(0, 15).replace('T', '-');
  return `teoart-${time}.${extensionOf(url)}`;
}
