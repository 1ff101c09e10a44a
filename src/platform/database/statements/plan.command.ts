import { Command } from 'commander';
import { print, type MakeCommand } from '../../command-line/command-definition';

export const plan: MakeCommand = ({ directUrl }) =>
  new Command('db:plan')
    .summary('Print the SQL of the pending migrations for both engines, without running it')
    .action(async () => {
      const [{ planned, planText }, { migrations }] = await Promise.all([
        import('./plan.js'),
        import('../../../../migrations/index.js'),
      ]);
      print(planText(await planned(await directUrl(), migrations)));
    });
