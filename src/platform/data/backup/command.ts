import { parseArgs } from 'node:util';
import { backup, backupName } from './backup';
import { BackupUnusable } from './backup.errors';
import { restore } from './restore';
import type { Restore } from './restore-order';

/** `backup [-o FILE]`: gives what there is to say at the end. */
export async function backUp(words: string[], url: string, now: Date): Promise<string> {
  const options = { output: { type: 'string', short: 'o' } } as const;
  const { output: file = backupName(url, now) } = parseArgs({ args: words, options }).values;
  const started = performance.now();
  const { bytes, sha256, tables } = await backup(url, file, now);
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  return `${file}: ${rows} rows in ${bytes} bytes, ${seconds} s\nSHA-256 ${sha256}`;
}

/** `restore FILE [--replace]` */
export async function bringBack(words: string[], url: string, tryOut: Restore['tryOut']): Promise<string> {
  const { values, positionals } = parseArgs({
    args: words,
    options: { replace: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (!file) throw new BackupUnusable('restore', 'needs a FILE');
  return (await restore({ file, url, replace: values.replace, tryOut })).join('\n');
}
