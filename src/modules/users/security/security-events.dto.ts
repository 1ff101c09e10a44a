import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { securityEventKinds } from './security-event.lists';
import type { SecurityEventRow } from './security-events';

export const SecurityEventView = z
  .strictObject({
    id: z.int(),
    kind: z.enum(securityEventKinds),
    happenedAt: z.iso.datetime(),
    personId: z.int().meta({ description: 'To whom it happened' }),
    actorId: z.int().nullable().meta({ description: 'Who did it; null where nobody was signed in' }),
    address: z.string().meta({ description: 'The network address it was done from; empty where none is known' }),
    userAgent: z.string(),
    note: z.string(),
  })
  .meta({
    id: 'SecurityEvent',
    examples: [
      {
        ...{ id: 90, kind: 'account_closed', happenedAt: '2026-11-02T08:15:00.000Z', personId: 12, actorId: 1 },
        ...{ address: '192.0.2.7', userAgent: 'Mozilla/5.0', note: '' },
      },
    ],
  });
export type SecurityEventView = z.output<typeof SecurityEventView>;

export const SecurityEventPage = pageOf(SecurityEventView, 'SecurityEventPage');
export const SecurityEventQuery = pageQuery();
export type SecurityEventQuery = z.output<typeof SecurityEventQuery>;

export const showSecurityEvent = ({ happenedAt, ...event }: SecurityEventRow): SecurityEventView => ({
  ...event,
  happenedAt: happenedAt.toISOString(),
});
