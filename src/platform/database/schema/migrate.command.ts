import { Command } from 'commander';
import type { MakeCommand } from '../../command-line/command-definition';

export const migrate: MakeCommand = ({ inApplication }) =>
  new Command('migrate')
    .summary('Run the pending migrations')
    .description('Runs the pending migrations. Every start of the application does this too.')
    .action(() => inApplication(async () => undefined));
