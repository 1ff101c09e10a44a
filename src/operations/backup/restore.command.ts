import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const restore: MakeCommand = ({ directUrl, auditRestored }) =>
  new Command('restore')
    .summary('Put the database of a backup in place, once it is proved')
    .argument('<file>', 'what backup wrote; its manifest is FILE.manifest.json')
    .option('--replace', 'even where the database has rows: they are gone then')
    .action(async (file: string, { replace = false }: { replace?: boolean }) => {
      const { restore } = await import('./restore.js');
      print((await restore({ file, url: await directUrl(), replace, auditCopy: auditRestored })).join('\n'));
    });
