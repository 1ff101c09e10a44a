import { Command } from 'commander';
import { print, type MakeCommand } from '../../../platform/command-line/command-definition';

export const removeSecondFactor: MakeCommand = ({ inApplication }) =>
  new Command('second-factor:remove')
    .summary('Remove the second factor of a person who has lost it')
    .description(
      'Removes the authenticator app, the passkeys and the recovery codes of a person who has lost them, also of an administrator. All sessions end, the coins of the person are held for 24 hours, and the person is notified.',
    )
    .argument('<username>', 'the username of the person; case is ignored')
    .action(async (username: string) => {
      await inApplication(async (context) => {
        const { FactorRemovals } = await import('./factor-removals.js');
        await context.get(FactorRemovals, { strict: false }).removeByOperator(username);
        print(`The second factor of ${username} was removed`);
      });
    });
