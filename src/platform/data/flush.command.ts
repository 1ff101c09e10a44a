import { createInterface } from 'node:readline/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { tell, type MakeCommand } from '../command-line/command';

export const flush: MakeCommand = ({ inApplication }) =>
  new Command('flush')
    .summary('Remove every row of every table, the ledger included')
    .option('--no-input', 'do not ask whether it is meant')
    .option('--noinput', 'the same, as Django spells it too')
    .action(async ({ input, noinput }: { input: boolean; noinput?: boolean }) => {
      if (input && !noinput && !(await isMeant())) throw new Error('Nothing was removed');
      await inApplication(empty);
    });

async function isMeant(): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question('This removes every row of every table, the ledger included. Type "yes": ');
  asking.close();
  return answer.trim() === 'yes';
}

async function empty(context: INestApplicationContext): Promise<void> {
  const { Flush } = await import('./flush.js');
  const gone = await context.get(Flush, { strict: false }).run();
  tell(`${Object.values(gone).reduce((sum, count) => sum + count, 0)} rows are gone`);
}
