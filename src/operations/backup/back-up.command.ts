import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const backUp: MakeCommand = ({ directUrl, fileStore }) =>
  new Command('backup')
    .summary('Back up the database into a file, and the uploaded files beside it, while they are in use')
    .option(
      '-o, --output <file>',
      'the file to write (default: a name with the current time, in the working directory)',
    )
    .action(async ({ output }: { output?: string }) => {
      const { backUpWithReport } = await import('./backup-report.js');
      print(await backUpWithReport(await directUrl(), output, new Date(), await fileStore()));
    });
