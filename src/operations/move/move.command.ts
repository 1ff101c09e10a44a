import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const move: MakeCommand = (program) =>
  new Command('db:move')
    .summary('Copy the whole database to the other engine, and prove the copy')
    .description(
      'Copies the whole database to the other engine and proves the copy. docs/operations.md tells the rest.',
    )
    .requiredOption('--from <url>', 'sqlite:FILE or postgres://… (required)')
    .requiredOption('--to <url>', 'a database of the other engine, without rows (required)')
    .option('--while-connected', 'others may stay connected to a PostgreSQL source; they cannot write until it is over')
    .action(async (words: { from: string; to: string; whileConnected?: boolean }) => {
      const { moveWithReport } = await import('./move-report.js');
      print(await moveWithReport(words, await program.ledgerSums(), program.auditCopy));
    });
