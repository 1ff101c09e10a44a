import { Command } from 'commander';
import type { MakeCommand } from '../../command-line/command-definition';

export const migrate: MakeCommand = ({ inApplication }) =>
  new Command('migrate')
    .summary('Bring the schema to the newest migration')
    .description('Brings the schema to the newest migration; every start does so too.')
    .action(() => inApplication(async () => undefined));
