import { backup, backupName } from './backup';

/** Backs up the database and returns the report to print. */
export async function backUpWithReport(url: string, output: string | undefined, now: Date): Promise<string> {
  const file = output ?? backupName(url, now);
  const startedMs = performance.now();
  const { bytes, sha256, tables } = await backup(url, file, now);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  let rowCount = 0;
  for (const { rows } of Object.values(tables)) rowCount += rows;
  return `${file}: ${rowCount} rows in ${bytes} bytes, ${seconds} s\nSHA-256 ${sha256}`;
}
