import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { print, type MakeCommand } from '../../../platform/command-line/command-definition';

export const createAdministrator: MakeCommand = ({ inApplication }) =>
  new Command('admin:create')
    .summary('Create an administrator; the password is read from standard input')
    .description(
      'Creates an administrator. The password is read from standard input, so that no list of processes shows it.',
    )
    .requiredOption('--username <name>', 'the name to sign in with (required)')
    .requiredOption('--email <address>', 'the e-mail address, which also works for signing in (required)')
    .action(async (person: { username: string; email: string }) => {
      const input = await text(process.stdin);
      const password = input.replace(/\r?\n$/, '');
      await inApplication(async (context) => {
        const { Registration } = await import('./registration.js');
        const id = await context.get(Registration, { strict: false }).createAdministrator({ ...person, password });
        print(`Administrator ${person.username} has the id ${id}`);
      });
    });
