import { Command } from 'commander';
import { print, type MakeCommand } from '../../command-line/command';

export const plan: MakeCommand = ({ directUrl, migrations }) =>
  new Command('db:plan')
    .summary('Print the SQL of the pending migrations, on both engines, and run nothing')
    .action(async () => {
      const { planned, planText } = await import('./plan.js');
      print(planText(await planned(await directUrl(), await migrations())));
    });
