import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { print, type MakeCommand } from '../../../platform/command-line/command';

export const createAdministrator: MakeCommand = ({ inApplication }) =>
  new Command('admin:create')
    .summary('Create an administrator; the password is read from standard input')
    .description(
      'Creates an administrator. The password is read from standard input, so that it does not appear in the process list.',
    )
    .requiredOption('--username <name>', 'username to sign in with (required)')
    .requiredOption('--email <address>', 'e-mail address, which can also be used to sign in (required)')
    .action(async (person: { username: string; email: string }) => {
      const password = (await text(process.stdin)).replace(/\r?\n$/, '');
      await inApplication(async (context) => {
        const { Registration } = await import('./registration.js');
        const id = await context.get(Registration, { strict: false }).createAdministrator({ ...person, password });
        print(`Created administrator ${person.username} with id ${id}`);
      });
    });
