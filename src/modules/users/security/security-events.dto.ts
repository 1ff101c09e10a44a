import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { securityEventKinds } from './security-event.lists';
import type { SecurityEventRow } from './security-events';
import { namedEnum } from '../../../platform/http/named-enum';

export const SecurityEventResponse = z
  .strictObject({
    id: z.int(),
    kind: namedEnum('SecurityEventKind', securityEventKinds),
    happenedAt: z.iso.datetime(),
    userId: z.int().meta({ description: 'The owner of the account' }),
    actorId: z.int().nullable().meta({ description: 'The person who acted; null if nobody was signed in' }),
    address: z.string().meta({ description: 'The network address of the request; empty if it is not known' }),
    userAgent: z.string(),
    note: z.string(),
  })
  .meta({
    id: 'SecurityEvent',
    examples: [
      {
        id: 90,
        kind: 'account_closed',
        happenedAt: '2026-11-02T08:15:00.000Z',
        userId: 12,
        actorId: 1,
        address: '192.0.2.7',
        userAgent: 'Mozilla/5.0',
        note: '',
      },
    ],
  });
export type SecurityEventResponse = z.output<typeof SecurityEventResponse>;

export const SecurityEventPage = pageOf(SecurityEventResponse, 'SecurityEventPage');
export const SecurityEventQuery = pageQuery();
export type SecurityEventQuery = z.output<typeof SecurityEventQuery>;

export const showSecurityEvent = ({ happenedAt, personId, ...event }: SecurityEventRow): SecurityEventResponse => ({
  ...event,
  userId: personId,
  happenedAt: happenedAt.toISOString(),
});

/** For the person whose account it is. The address and the device of an administrator who acted on it are not shown. */
export function showOwnSecurityEvent(row: SecurityEventRow): SecurityEventResponse {
  const isByAnother = row.actorId !== null && row.actorId !== row.personId;
  return showSecurityEvent(isByAnother ? { ...row, address: '', userAgent: '' } : row);
}
