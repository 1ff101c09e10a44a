import { Command } from 'commander';
import { print, type MakeCommand } from '../../../platform/command-line/command-definition';

export const resetPassword: MakeCommand = ({ inApplication }) =>
  new Command('password:reset')
    .summary('Create a one-time link with which a person sets a new password')
    .description(
      'Creates a one-time link for a person who has forgotten the password, also for an administrator. It is valid for 30 minutes, and an earlier link stops working. The person is notified.',
    )
    .argument('<username>', 'the username of the person; case is ignored')
    .action(async (username: string) => {
      await inApplication(async (context) => {
        const { PasswordResets } = await import('./password-resets.js');
        const reset = await context.get(PasswordResets, { strict: false }).createByOperator(username);
        print(reset.url ?? `Token: ${reset.token}`);
        print(`Valid for one use until ${reset.expiresAt.toISOString()}`);
      });
    });
