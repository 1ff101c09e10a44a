import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const restore: MakeCommand = ({ directUrl, auditRestored }) =>
  new Command('restore')
    .summary('Restore a backup, after it was verified')
    .argument('<file>', 'a file written by `backup`; its manifest is FILE.manifest.json')
    .option('--replace', 'replace a database that has rows; its rows are deleted')
    .action(async (file: string, { replace = false }: { replace?: boolean }) => {
      const { restore } = await import('./restore.js');
      const lines = await restore({ file, url: await directUrl(), replace, auditCopy: auditRestored });
      print(lines.join('\n'));
    });
