import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const move: MakeCommand = (program) =>
  new Command('db:move')
    .summary('Copy the whole database to the other engine and verify the copy')
    .description('Copies the whole database to the other engine and verifies the copy. See docs/operations/README.md.')
    .requiredOption('--from <url>', 'the source, sqlite:FILE or postgres://… (required)')
    .requiredOption('--to <url>', 'the target, a database of the other engine without rows (required)')
    .option(
      '--while-connected',
      'allow other sessions on a PostgreSQL source; their writes wait until the move has ended',
    )
    .action(async (args: { from: string; to: string; whileConnected?: boolean }) => {
      const { moveWithReport } = await import('./move-report.js');
      print(await moveWithReport(args, await program.migrations(), await program.sums(), program.auditCopy));
    });
