import { Command } from 'commander';
import type { MoveArguments } from './move-report';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const move: MakeCommand = (program) =>
  new Command('db:move')
    .summary('Copy the whole database to the other engine and verify the copy')
    .description('Copies the whole database to the other engine and verifies the copy. See docs/operations/README.md.')
    .requiredOption('--from <url>', 'the source, sqlite:FILE or postgres://… (required)')
    .requiredOption('--to <url>', 'the target, a database of the other engine without rows (required)')
    .option(
      '--files-to <url>',
      'also copy the uploaded files from FILES_URL to this store, folder:PATH or s3://…; run again to continue',
    )
    .option(
      '--while-connected',
      'allow other sessions on a PostgreSQL source; their writes wait until the move has ended',
    )
    .action(async (args: MoveArguments) => {
      const { moveWithReport } = await import('./move-report.js');
      const { moveFiles } = await import('./objects/move-files.js');
      const { migrations, sums, auditCopy, fileStore } = program;
      print((await moveFiles(args, await fileStore())).join('\n'));
      print(await moveWithReport(args, await migrations(), await sums(), auditCopy));
    });
