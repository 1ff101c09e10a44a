import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

interface RestoreArguments {
  replace?: boolean;
  checkFiles?: boolean;
}

export const restore: MakeCommand = ({ directUrl, auditRestored, fileStore }) =>
  new Command('restore')
    .summary('Restore a backup, after it was verified')
    .argument('<file>', 'a file written by `backup`; its manifest is FILE.manifest.json')
    .option('--replace', 'replace a database that has rows; its rows are deleted')
    .option('--check-files', 'also read all uploaded files of the school and compare their bytes; fails if one is lost')
    .action(async (file: string, { replace = false, checkFiles = false }: RestoreArguments) => {
      const { restore } = await import('./restore.js');
      const [url, store] = [await directUrl(), await fileStore()];
      const { lines, files } = await restore({ file, url, replace, auditCopy: auditRestored, store, checkFiles });
      print(lines.join('\n'));
      if (checkFiles && files?.isComplete === false) process.exitCode = 1;
    });
