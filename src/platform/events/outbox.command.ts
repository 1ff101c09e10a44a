import { Command, InvalidArgumentError, Option } from 'commander';
import { print, type MakeCommand } from '../command-line/command-definition';
import type { OutboxState } from './outbox-administration';

const pageSize = 100;

/** For operators: what was not delivered. */
export const outboxList: MakeCommand = ({ inApplication }) =>
  new Command('outbox:list')
    .summary('List the events that are not delivered, with what they failed with')
    .addOption(new Option('--state <state>', 'only these').choices(['waiting', 'failing', 'dead']))
    .action(({ state }: { state?: OutboxState }) =>
      inApplication(async (context) => {
        const { OutboxAdministration } = await import('./outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        let count = 0;
        let cursor: string | undefined;
        do {
          const { data, page } = await outbox.page({ limit: pageSize, withTotal: false, cursor, state }, (row) => row);
          for (const { id, createdAt, type, handler, attempts, deadAt, lastError } of data) {
            const tries = `${attempts} attempts${deadAt ? ', dead' : ''}`;
            print([id, createdAt.toISOString(), type, handler, tries, lastError].join('  '));
          }
          count += data.length;
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        print(count === 0 ? 'Nothing waits' : `${count} in all`);
      }),
    );

export const outboxRetry: MakeCommand = ({ inApplication }) =>
  new Command('outbox:retry')
    .summary('Deliver events again as if they were fresh')
    .argument('[ids...]', 'as outbox:list shows them', ids)
    .option('--dead', 'all that were given up', false)
    .action((named: number[], { dead }: { dead: boolean }, command: Command) => {
      if (dead === named.length > 0)
        command.error('error: name the events by their ids, or say --dead', { exitCode: 2 });
      return inApplication(async (context) => {
        const { OutboxAdministration } = await import('./outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        const decision = { decision: 'retry' as const, reason: 'outbox:retry', by: null };
        const count = await outbox.decide(dead ? 'dead' : named, decision);
        print(`${count} are delivered again by the next worker that looks; outbox:list shows what fails`);
      });
    });

export const outboxDiscard: MakeCommand = ({ inApplication }) =>
  new Command('outbox:discard')
    .summary('Never deliver these events; they are kept with the reason')
    .argument('<ids...>', 'as outbox:list shows them', ids)
    .requiredOption('--reason <text>', 'why, in 3 to 500 characters', reasonOf)
    .action((chosen: number[], { reason }: { reason: string }) =>
      inApplication(async (context) => {
        const { OutboxAdministration } = await import('./outbox-administration.js');
        const outbox = context.get(OutboxAdministration, { strict: false });
        await outbox.decide(chosen, { decision: 'discard', reason, by: null });
        for (const id of chosen) print(`${id} is discarded`);
      }),
    );

function ids(word: string, before: number[] = []): number[] {
  if (!/^[1-9]\d{0,15}$/.test(word)) throw new InvalidArgumentError('Not the id of an event.');
  return [...before, Number(word)];
}

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason.length < 3 || reason.length > 500) throw new InvalidArgumentError('Not 3 to 500 characters.');
  return reason;
}
