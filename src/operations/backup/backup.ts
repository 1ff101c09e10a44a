import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { WouldOverwrite } from './backup.errors';
import { describeFile, manifestPath, writeManifest, type Manifest } from './backup-manifest';
import { dumpPostgres } from './postgres/postgres-backup';
import { copySqlite } from './sqlite-backup';
import { syncToDisk } from '../move/sqlite/sqlite-files';

/** The file name extension of a backup: `sqlite3` or `dump`. */
export const extensionOf = (url: string): string => (url.startsWith('sqlite:') ? 'sqlite3' : 'dump');

/**
 * Writes one snapshot of the database into `file`, and its manifest next to it. The database may be written to meanwhile. An
 * unfinished backup has another name.
 * @throws WouldOverwrite, ToolMissing
 */
export async function backup(url: string, file: string, now: Date): Promise<Manifest> {
  if (existsSync(file)) throw new WouldOverwrite(file, 'already exists');
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    const contents = await (url.startsWith('sqlite:') ? copySqlite : dumpPostgres)(url, unfinished);
    const manifest: Manifest = {
      format: 1,
      createdAt: now.toISOString(),
      ...(await describeFile(unfinished)),
      ...contents,
    };
    syncToDisk(unfinished);
    writeManifest(file, manifest);
    renameSync(unfinished, file);
    syncToDisk(path.dirname(path.resolve(file)));
    return manifest;
  } catch (error) {
    rmSync(manifestPath(file), { force: true });
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** The name of a backup. Sorting by name sorts by time. */
export function backupName(url: string, now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `teoart-${time}.${extensionOf(url)}`;
}
