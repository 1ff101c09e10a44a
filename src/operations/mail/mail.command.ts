import { Command, InvalidArgumentError, Option } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';
import { mailStatuses, type MailStatus } from '../../platform/mail/mail.lists';

const pageSize = 100;

export const mailList: MakeCommand = ({ inApplication }) =>
  new Command('mail:list')
    .summary('List the mails of the last weeks, newest first, with their last error')
    .addOption(new Option('--status <status>', 'list only mails with this status').choices([...mailStatuses]))
    .action(({ status }: { status?: MailStatus }) =>
      inApplication(async (context) => {
        const { MailAdministration } = await import('../../platform/mail/mail-administration.js');
        const mails = context.get(MailAdministration, { strict: false });
        let count = 0;
        let cursor: string | undefined;
        do {
          const { data, page } = await mails.list({ limit: pageSize, withTotal: false, cursor, status }, (row) => row);
          for (const { id, createdAt, status: itsStatus, template, address, attempts, lastError } of data)
            print(
              [id, createdAt.toISOString(), itsStatus, template, address, `${attempts} attempts`, lastError].join('  '),
            );
          count += data.length;
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        print(`${count} mails`);
      }),
    );

export const mailRetry: MakeCommand = ({ inApplication }) =>
  new Command('mail:retry')
    .summary('Send failed mails again, with the number of attempts set back to 0')
    .description(
      'A mail with a given id may also be suppressed: then its address is accepted again. Links in a mail may have expired; such a mail is not sent.',
    )
    .argument('[ids...]', 'the ids of mails, as listed by `mail:list`', addId)
    .option('--failed', 'all failed mails', false)
    .action((ids: number[] = [], { failed }: { failed: boolean }, command: Command) => {
      const hasIds = ids.length > 0;
      if (failed === hasIds) command.error('error: give either the ids of mails or --failed', { exitCode: 2 });
      return inApplication(async (context) => {
        const { MailAdministration } = await import('../../platform/mail/mail-administration.js');
        const mails = context.get(MailAdministration, { strict: false });
        for (const id of ids) await mails.retry(id);
        const count = failed ? await mails.retryFailed() : ids.length;
        print(`${count} mails wait again; the next poll of a worker sends them`);
      });
    });

function addId(value: string, ids: number[] = []): number[] {
  if (!/^\d{1,15}$/.test(value)) throw new InvalidArgumentError('It must be the id of a mail.');
  return [...ids, Number(value)];
}
