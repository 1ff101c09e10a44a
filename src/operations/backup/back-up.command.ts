import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const backUp: MakeCommand = ({ directUrl }) =>
  new Command('backup')
    .summary('Write the database of this moment into a file, while others use it')
    .option('-o, --output <file>', 'where to (default: a name of the moment, in the working directory)')
    .action(async ({ output }: { output?: string }) => {
      const { backUpWithReport } = await import('./backup-report.js');
      print(await backUpWithReport(await directUrl(), output, new Date()));
    });
