import { Command } from 'commander';
import { print, type MakeCommand } from '../../command-line/command-definition';

export const plan: MakeCommand = ({ directUrl, migrations }) =>
  new Command('db:plan')
    .summary('Print the SQL of the pending migrations for both engines, without running it')
    .action(async () => {
      const { planMigrations, formatPlans } = await import('./migration-plan.js');
      print(formatPlans(await planMigrations(await directUrl(), await migrations())));
    });
