import { closeSync, copyFileSync, existsSync, openSync, readSync } from 'node:fs';
import { filledTables } from '../move/sqlite-catalogue';
import { frozen, leaveNoLog, putInPlace, removeFile } from '../move/sqlite-files';
import { BackupUnusable, WouldOverwrite } from './backup.errors';
import { checkedManifest, compare, type Contents, type Manifest } from './backup-manifest';
import { restorePostgres } from './postgres-restore';
import type { Restore } from './restore-options';
import { checkSqlite } from './sqlite-backup';

/**
 * Restores beside the target, compares with the manifest, tries it out, and only then puts it in the target's place.
 * @returns lines to print
 * @throws BackupUnusable, WouldOverwrite, ToolMissing; the target is as it was
 */
export async function restore(order: Restore): Promise<string[]> {
  if (!existsSync(order.file)) throw new BackupUnusable(order.file, 'is not there');
  const engine = engineOf(order.file);
  const target = order.url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
  if (engine !== target)
    throw new BackupUnusable(
      order.file,
      `is a backup of the other engine: restore it to one of its own, then use db:move`,
    );
  const manifest = await checkedManifest(order.file);
  const told = await (engine === 'sqlite' ? restoreSqlite : restorePostgres)(order, manifest);
  return [
    manifest ? 'Every table is as its manifest says' : 'There is no manifest beside it: nothing to compare with',
    told,
  ];
}

function engineOf(file: string): Contents['engine'] {
  const head = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head, 0, 16, 0);
  closeSync(descriptor);
  if (head.toString().startsWith('SQLite format 3')) return 'sqlite';
  if (head.toString().startsWith('PGDMP')) return 'postgres';
  throw new BackupUnusable(file, 'is no backup');
}

async function restoreSqlite({ file, url, replace, tryOut }: Restore, manifest: Manifest | null): Promise<string> {
  const path = url.slice('sqlite:'.length);
  const beside = `${path}.restoring`;
  const target = existsSync(path) ? frozen(path) : null;
  try {
    if (target && !replace && filledTables(target).length > 0)
      throw new WouldOverwrite(path, 'holds a database with rows: say --replace');
    removeFile(beside);
    copyFileSync(file, beside);
    compare(manifest, (await checkSqlite(beside)).tables);
    const told = await tryOut(`sqlite:${beside}`);
    if (target) leaveNoLog(target);
    putInPlace(beside, path);
    return told;
  } finally {
    target?.close();
    removeFile(beside);
    removeFile(`${beside}-migrating`);
  }
}
