import { z } from 'zod';
import { pageOf, pageQuery } from '../http/pagination';
import { outboxStates, type Undelivered } from './outbox-administration';

const state = z.enum(outboxStates).meta({
  description: '`waiting`: not tried yet; `failing`: tried again later; `dead`: given up after twelve attempts',
});

export const UndeliveredEvent = z
  .strictObject({
    id: z.int(),
    state,
    handler: z.string(),
    type: z.string(),
    attempts: z.int(),
    publishedAt: z.iso.datetime(),
    dueAt: z.iso.datetime(),
    deadAt: z.iso.datetime().nullable(),
    lastError: z.string().meta({ description: 'Empty, or what the last attempt failed with' }),
    payload: z.string().meta({ description: 'As it is stored: it may be what cannot be decoded' }),
  })
  .meta({
    id: 'UndeliveredEvent',
    examples: [
      {
        ...{
          id: 42,
          state: 'dead' as const,
          handler: 'NotifyWhenCoinsEarned',
          type: 'rewards.coins-earned.v1',
          attempts: 12,
        },
        ...{ publishedAt: '2026-03-01T12:00:00.000Z', dueAt: '2026-03-01T15:02:00.000Z' },
        ...{ deadAt: '2026-03-01T14:02:00.000Z', lastError: 'Error: still wet', payload: '{"userId":7}' },
      },
    ],
  });
export type UndeliveredEvent = z.output<typeof UndeliveredEvent>;

export const UndeliveredPage = pageOf(UndeliveredEvent, 'UndeliveredEventPage');
export const UndeliveredQuery = pageQuery({ state: state.optional() });
export type UndeliveredQuery = z.output<typeof UndeliveredQuery>;

export const OutboxDecisionBody = z
  .strictObject({
    decision: z.enum(['retry', 'discard']).meta({
      description:
        '`retry`: delivered again as if it were fresh. `discard`: never; its payload is kept with the decision',
    }),
    reason: z.string().trim().min(3).max(500),
  })
  .meta({ id: 'OutboxDecision', examples: [{ decision: 'retry', reason: 'The handler was mended.' }] });
export type OutboxDecisionBody = z.output<typeof OutboxDecisionBody>;

export const showUndelivered = (row: Undelivered): UndeliveredEvent => ({
  ...{ id: row.id, handler: row.handler, type: row.type, attempts: row.attempts, lastError: row.lastError },
  ...{ state: row.deadAt ? 'dead' : row.attempts > 0 ? 'failing' : 'waiting', payload: row.payload },
  ...{ publishedAt: row.createdAt.toISOString(), dueAt: row.dueAt.toISOString() },
  deadAt: row.deadAt?.toISOString() ?? null,
});
