import { Command, InvalidArgumentError, Option } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';
import type { OutboxStatus } from '../../platform/events/outbox-administration';

const pageSize = 100;

/** Lists the undelivered events for operators. */
export const outboxList: MakeCommand = ({ inApplication }) =>
  new Command('outbox:list')
    .summary('List the undelivered events with their last error')
    .addOption(
      new Option('--status <status>', 'list only events with this status').choices(['waiting', 'failing', 'dead']),
    )
    .action(({ status }: { status?: OutboxStatus }) =>
      inApplication(async (context) => {
        const { OutboxAdministration } = await import('../../platform/events/outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        let count = 0;
        let cursor: string | undefined;
        do {
          const { data, page } = await outbox.list({ limit: pageSize, withTotal: false, cursor, status }, (row) => row);
          for (const { id, createdAt, type, handler, attempts, deadAt, lastError } of data) {
            const attemptsText = `${attempts} attempts${deadAt ? ', dead' : ''}`;
            print([id, createdAt.toISOString(), type, handler, attemptsText, lastError].join('  '));
          }
          count += data.length;
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        print(count === 0 ? 'All events are delivered' : `${count} undelivered events`);
      }),
    );

export const outboxRetry: MakeCommand = ({ inApplication }) =>
  new Command('outbox:retry')
    .summary('Deliver events again, with the number of attempts set back to 0')
    .argument('[ids...]', 'the ids of events, as listed by `outbox:list`', addId)
    .option('--dead', 'all dead events, whose retries are used up', false)
    .action((ids: number[], { dead }: { dead: boolean }, command: Command) => {
      const hasIds = ids.length > 0;
      if (dead === hasIds) command.error('error: give either the ids of events or --dead', { exitCode: 2 });
      return inApplication(async (context) => {
        const { OutboxAdministration } = await import('../../platform/events/outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        const decision = { decision: 'retry' as const, reason: 'outbox:retry', by: null };
        const count = await outbox.decide(dead ? 'dead' : ids, decision);
        print(
          `${count} events are scheduled again; the next poll of a worker delivers them. outbox:list shows those that fail`,
        );
      });
    });

export const outboxDiscard: MakeCommand = ({ inApplication }) =>
  new Command('outbox:discard')
    .summary('Discard events, so that they are never delivered; they are kept with the reason')
    .argument('<ids...>', 'the ids of events, as listed by `outbox:list`', addId)
    .requiredOption('--reason <text>', 'the reason, 3 to 500 characters', parseReason)
    .action((ids: number[], { reason }: { reason: string }) =>
      inApplication(async (context) => {
        const { OutboxAdministration } = await import('../../platform/events/outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        await outbox.decide(ids, { decision: 'discard', reason, by: null });
        for (const id of ids) print(`${id} is discarded`);
      }),
    );

const eventId = /^[1-9]\d{0,15}$/;

/** Adds an id to the ids before it on the command line. */
function addId(text: string, previousIds: number[] = []): number[] {
  if (!eventId.test(text)) throw new InvalidArgumentError('Must be the id of an event.');
  return [...previousIds, Number(text)];
}

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason.length < 3 || reason.length > 500) throw new InvalidArgumentError('Must have 3 to 500 characters.');
  return reason;
}
