import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import type { Page } from '../http/pagination';
import { OutboxAdministration, outboxStates, type OutboxState, type Undelivered } from './outbox-administration';

interface Command {
  words: string;
  summary: string;
  run(context: INestApplicationContext, words: string[]): Promise<void>;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const pageSize = 100;

/** For operators: what was not delivered, and what to do about it. */
export const outboxCommands: Record<string, Command> = {
  'outbox:list': {
    words: `[--state ${outboxStates.join('|')}]`,
    summary: 'List the events that are not delivered, with what they failed with',
    run: list,
  },
  'outbox:retry': {
    words: 'ID … | --dead',
    summary: 'Deliver events again as if they were fresh; --dead: all that were given up',
    run: retry,
  },
  'outbox:discard': {
    words: 'ID … --reason TEXT',
    summary: 'Never deliver these events; they are kept with the reason',
    run: discard,
  },
};

async function list(context: INestApplicationContext, words: string[]): Promise<void> {
  const { state } = parseArgs({ args: words, options: { state: { type: 'string' } } }).values;
  if (state && !outboxStates.includes(state as OutboxState))
    throw new Error(`--state is one of ${outboxStates.join(', ')}`);
  const outbox = context.get(OutboxAdministration, { strict: false });
  let count = 0;
  let cursor: string | undefined;
  do {
    const { data, page }: Page<string> = await outbox.page(
      { limit: pageSize, withTotal: false, cursor, state: state as OutboxState },
      lineOf,
    );
    for (const line of data) say(line);
    count += data.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  say(count === 0 ? 'Nothing waits' : `${count} in all`);
}

const lineOf = ({ id, type, handler, attempts, createdAt, deadAt, lastError }: Undelivered): string =>
  [id, createdAt.toISOString(), type, handler, `${attempts} attempts${deadAt ? ', dead' : ''}`, lastError].join('  ');

async function retry(context: INestApplicationContext, words: string[]): Promise<void> {
  const options = { dead: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const outbox = context.get(OutboxAdministration, { strict: false });
  const ids = values.dead ? await outbox.dead() : idsOf(positionals);
  for (const id of ids) await outbox.decide(id, { decision: 'retry', reason: 'outbox:retry', by: null });
  say(`${ids.length} are delivered again by the next worker that looks; outbox:list shows what fails`);
}

async function discard(context: INestApplicationContext, words: string[]): Promise<void> {
  const options = { reason: { type: 'string', default: '' } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const reason = values.reason.trim();
  if (reason.length < 3 || reason.length > 500) throw new Error('Say why, in 3 to 500 characters: --reason TEXT');
  const outbox = context.get(OutboxAdministration, { strict: false });
  for (const id of idsOf(positionals)) {
    await outbox.decide(id, { decision: 'discard', reason, by: null });
    say(`${id} is discarded`);
  }
}

function idsOf(words: string[]): number[] {
  if (words.length === 0 || !words.every((word) => /^[1-9]\d{0,15}$/.test(word)))
    throw new Error('Name the events by their ids; outbox:list shows them');
  return words.map(Number);
}
