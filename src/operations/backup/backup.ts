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
 * Writes one snapshot of the database into `file`, and its manifest next to it, while the database is in use. The file gets its name
 * when it is complete, so that an unfinished backup is not taken for a complete one.
 * @throws WouldOverwrite, ToolMissing
 */
export async function backup(url: string, file: string, now: Date): Promise<Manifest> {
  if (existsSync(file)) throw new WouldOverwrite(file, 'already exists');
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const unfinishedFile = `${file}.unfinished`;
  rmSync(unfinishedFile, { force: true });
  try {
    const isSqlite = url.startsWith('sqlite:');
    const contents = isSqlite ? await copySqlite(url, unfinishedFile) : await dumpPostgres(url, unfinishedFile);
    const { bytes, sha256 } = await describeFile(unfinishedFile);
    const manifest: Manifest = { format: 1, createdAt: now.toISOString(), bytes, sha256, ...contents };
    syncToDisk(unfinishedFile);
    writeManifest(file, manifest);
    renameSync(unfinishedFile, file);
    syncToDisk(path.dirname(path.resolve(file)));
    return manifest;
  } catch (error) {
    rmSync(manifestPath(file), { force: true });
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
