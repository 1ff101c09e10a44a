import { Command } from 'commander';
import type { MakeCommand } from '../../command-line/command-definition';

export const openapi: MakeCommand = ({ document }) =>
  new Command('openapi').summary('Print the OpenAPI document (needs no database)').action(async () => {
    process.stdout.write(await document());
  });
