import { z } from 'zod';
import type { AuditEntryRow } from '../../platform/audit/audit-chain';
import { actorKinds } from '../../platform/audit/audit.lists';
import { namedEnum } from '../../platform/http/named-enum';
import { pageOf, pageQuery, timeRange } from '../../platform/http/pagination';
import { id } from '../../platform/http/parameters';

const actorKind = namedEnum('AuditActorKind', actorKinds).meta({
  description:
    '`anonymous`: a request without a sign-in. `system`: a job or an event. `command`: the command line of the server',
});

export const AuditEntryResponse = z
  .strictObject({
    id: z.int(),
    happenedAt: z.iso.datetime(),
    action: z.string().meta({ description: 'The module and what happened' }),
    actor: z.strictObject({ kind: actorKind, id: z.int().nullable() }),
    object: z.strictObject({
      type: z.string().meta({ description: 'The name of the object in the API, such as `courses`' }),
      id: z.string().meta({ description: 'A number, the name of a job, or the address of a wallet of the school' }),
    }),
    detail: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()])),
    traceId: z.string().meta({ description: 'The trace id of the request; empty if there was none' }),
    sequence: z.int().nullable().meta({ description: 'The place in the chain; null for a minute, until it is sealed' }),
    hash: z.string().nullable().meta({ description: 'SHA-256 of the entry and of the one before it in the chain' }),
  })
  .meta({
    id: 'AuditEntry',
    examples: [
      {
        id: 812,
        happenedAt: '2026-11-02T08:15:00.000Z',
        action: 'courses.course-published',
        actor: { kind: 'person', id: 3 },
        object: { type: 'courses', id: '7' },
        detail: {},
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        sequence: 805,
        hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
    ],
  });
export type AuditEntryResponse = z.output<typeof AuditEntryResponse>;

const name = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[\w.:-]+$/, 'Must be letters, digits or _ . : -');

export const AuditEntryPage = pageOf(AuditEntryResponse, 'AuditEntryPage');
export const AuditEntryQuery = pageQuery({
  actorId: id.optional().meta({ description: 'Only acts of this person' }),
  action: name(80).optional().meta({ description: 'Such as `courses.course-published`' }),
  objectType: name(40).optional().meta({ description: 'Such as `courses`' }),
  objectId: name(100).optional().meta({ description: 'Use it together with `objectType`' }),
  ...timeRange('recorded'),
});
export type AuditEntryQuery = z.output<typeof AuditEntryQuery>;

export const showAuditEntry = (row: AuditEntryRow): AuditEntryResponse => ({
  id: row.id,
  happenedAt: row.happenedAt.toISOString(),
  action: row.action,
  actor: { kind: row.actorKind, id: row.actorId },
  object: { type: row.objectType, id: row.objectId },
  detail: row.detail as AuditEntryResponse['detail'],
  traceId: row.traceId,
  sequence: row.sequence,
  hash: row.hash,
});
