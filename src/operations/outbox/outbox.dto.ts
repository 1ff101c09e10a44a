import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/pagination';
import { outboxStatuses, type UndeliveredRow } from '../../platform/events/outbox-administration';
import { namedEnum } from '../../platform/http/named-enum';

const status = namedEnum('UndeliveredStatus', outboxStatuses).meta({
  description:
    '`waiting`: no attempt was made yet. `failing`: an attempt failed, and another follows. `dead`: twelve attempts failed, and none follows',
});

export const UndeliveredEvent = z
  .strictObject({
    id: z.int(),
    status,
    handler: z.string(),
    type: z.string(),
    attempts: z.int(),
    publishedAt: z.iso.datetime(),
    dueAt: z.iso.datetime(),
    deadAt: z.iso.datetime().nullable(),
    lastError: z.string().meta({ description: 'The error of the last attempt; empty if there was none' }),
    payload: z.string().meta({ description: 'The text as it is stored, even if it is not valid' }),
  })
  .meta({
    id: 'UndeliveredEvent',
    examples: [
      {
        id: 42,
        status: 'dead' as const,
        handler: 'NotifyWhenCoinsEarned',
        type: 'rewards.coins-earned.v1',
        attempts: 12,
        publishedAt: '2026-03-01T12:00:00.000Z',
        dueAt: '2026-03-01T15:02:00.000Z',
        deadAt: '2026-03-01T14:02:00.000Z',
        lastError: 'Error: The mail server refused the message',
        payload: '{"userId":7}',
      },
    ],
  });
export type UndeliveredEvent = z.output<typeof UndeliveredEvent>;

export const UndeliveredPage = pageOf(UndeliveredEvent, 'UndeliveredEventPage');
export const UndeliveredQuery = pageQuery({ status: status.optional() });
export type UndeliveredQuery = z.output<typeof UndeliveredQuery>;

export const OutboxDecisionBody = z
  .strictObject({
    decision: namedEnum('OutboxAction', ['retry', 'discard']).meta({
      description:
        '`retry`: the event is delivered again as if it were new. `discard`: it is never delivered, and its payload is stored with the decision',
    }),
    reason: z.string().trim().min(3).max(500),
  })
  .meta({ id: 'OutboxDecision', examples: [{ decision: 'retry', reason: 'The handler was fixed.' }] });
export type OutboxDecisionBody = z.output<typeof OutboxDecisionBody>;

function statusOf({ deadAt, attempts }: UndeliveredRow): UndeliveredEvent['status'] {
  if (deadAt) return 'dead';
  return attempts > 0 ? 'failing' : 'waiting';
}

export const showUndelivered = (row: UndeliveredRow): UndeliveredEvent => ({
  id: row.id,
  handler: row.handler,
  type: row.type,
  attempts: row.attempts,
  lastError: row.lastError,
  status: statusOf(row),
  payload: row.payload,
  publishedAt: row.createdAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  deadAt: row.deadAt?.toISOString() ?? null,
});
