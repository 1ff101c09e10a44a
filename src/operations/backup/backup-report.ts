import { backup, backupName } from './backup';

/** Backs up the database and returns the report to print. */
export async function backUpWithReport(url: string, output: string | undefined, now: Date): Promise<string> {
  const file = output ?? backupName(url, now);
  const startedMs = performance.now();
  const { bytes, sha256, tables } = await backup(url, file, now);
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  return `${file}: ${rows} rows in ${bytes} bytes, ${seconds} s\nSHA-256 ${sha256}`;
}
