import { Command, InvalidArgumentError, Option } from 'commander';
import { print, type MakeCommand } from '../command-line/command';
import type { OutboxState } from './outbox-administration';

const pageSize = 100;

/** Lists undelivered events for operators. */
export const outboxList: MakeCommand = ({ inApplication }) =>
  new Command('outbox:list')
    .summary('List the undelivered events, with their last error')
    .addOption(new Option('--state <state>', 'list only events in this state').choices(['waiting', 'failing', 'dead']))
    .action(({ state }: { state?: OutboxState }) =>
      inApplication(async (context) => {
        const { OutboxAdministration } = await import('./outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        let count = 0;
        let cursor: string | undefined;
        do {
          const { data, page } = await outbox.list({ limit: pageSize, withTotal: false, cursor, state }, (row) => row);
          for (const { id, createdAt, type, handler, attempts, deadAt, lastError } of data) {
            const progress = `${attempts} attempts${deadAt ? ', dead' : ''}`;
            print([id, createdAt.toISOString(), type, handler, progress, lastError].join('  '));
          }
          count += data.length;
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        print(count === 0 ? 'There are no undelivered events' : `${count} events`);
      }),
    );

export const outboxRetry: MakeCommand = ({ inApplication }) =>
  new Command('outbox:retry')
    .summary('Deliver events again as if they were new')
    .argument('[ids...]', 'ids as outbox:list shows them', parseIds)
    .option('--dead', 'all dead events', false)
    .action((ids: number[], { dead }: { dead: boolean }, command: Command) => {
      if (dead === ids.length > 0) command.error('error: give either the ids of events or --dead', { exitCode: 2 });
      return inApplication(async (context) => {
        const { OutboxAdministration } = await import('./outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        const decision = { decision: 'retry' as const, reason: 'outbox:retry', by: null };
        const count = await outbox.decide(dead ? 'dead' : ids, decision);
        print(`The next worker delivers ${count} events again; outbox:list shows those that fail`);
      });
    });

export const outboxDiscard: MakeCommand = ({ inApplication }) =>
  new Command('outbox:discard')
    .summary('Discard events: they are never delivered, and are kept with the reason')
    .argument('<ids...>', 'ids as outbox:list shows them', parseIds)
    .requiredOption('--reason <text>', 'the reason, 3 to 500 characters', parseReason)
    .action((ids: number[], { reason }: { reason: string }) =>
      inApplication(async (context) => {
        const { OutboxAdministration } = await import('./outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        await outbox.decide(ids, { decision: 'discard', reason, by: null });
        for (const id of ids) print(`Event ${id} is discarded`);
      }),
    );

function parseIds(argument: string, previousIds: number[] = []): number[] {
  if (!/^[1-9]\d{0,15}$/.test(argument)) throw new InvalidArgumentError('It is not the id of an event.');
  return [...previousIds, Number(argument)];
}

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason.length < 3 || reason.length > 500) throw new InvalidArgumentError('It must have 3 to 500 characters.');
  return reason;
}
