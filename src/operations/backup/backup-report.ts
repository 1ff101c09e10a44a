import type { FileStore } from '../../platform/files/store/file-store';
import { backup, backupName } from './backup';

/** Backs up the database and returns the report to print. */
export async function backUpWithReport(
  url: string,
  output: string | undefined,
  now: Date,
  store: FileStore,
): Promise<string> {
  const file = output ?? backupName(url, now);
  const startedMs = performance.now();
  const { bytes, sha256, tables, files, stored } = await backup(url, file, now, store);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  let rowCount = 0;
  for (const { rows } of Object.values(tables)) rowCount += rows;
  const namedText = `Files: ${files?.objects} objects are named and stay in the storage`;
  const fileLines = stored?.lines ?? [namedText];
  return [`${file}: ${rowCount} rows in ${bytes} bytes, ${seconds} s`, `SHA-256 ${sha256}`, ...fileLines].join('\n');
}
