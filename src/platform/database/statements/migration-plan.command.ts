import { Command } from 'commander';
import { print, type MakeCommand } from '../../command-line/command';

export const plan: MakeCommand = ({ directUrl }) =>
  new Command('db:plan')
    .summary('Print the SQL of the pending migrations for both engines, without running it')
    .action(async () => {
      const [{ planMigrations, formatPlans }, { migrations }] = await Promise.all([
        import('./migration-plan.js'),
        import('../../../../migrations/index.js'),
      ]);
      print(formatPlans(await planMigrations(await directUrl(), migrations)));
    });
