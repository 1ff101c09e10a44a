import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { exactlyOneAudience, giftFields, oneAudience } from '../rewards.dto';
import { grantKinds, grantStates } from './staff-grant.entity';
import type { GrantRow } from './staff-grants';
import { namedEnum } from '../../../platform/http/named-enum';

export const NewStaffGrant = z
  .strictObject({
    kind: namedEnum('GrantKind', grantKinds)
      .default('reward')
      .meta({ description: 'A `reward` counts as earned, an `adjustment` does not' }),
    ...giftFields,
  })
  .refine(...exactlyOneAudience)
  .meta({
    id: 'NewStaffGrant',
    ...oneAudience,
    examples: [{ role: 'student', amount: 100, reason: 'The school is ten years old' }],
  });
export type NewStaffGrant = z.output<typeof NewStaffGrant>;

const GrantStatus = namedEnum('GrantStatus', [...grantStates, 'expired']);
const dateTime = z.iso.datetime();
const grantExample = {
  id: 4,
  kind: 'reward',
  amount: 100,
  recipients: 240,
  total: 24_000,
  reason: 'The school is ten years old',
  status: 'pending',
  requestedById: 1,
  requestedAt: '2026-03-01T09:30:00.000Z',
  expiresAt: '2026-03-08T09:30:00.000Z',
  decidedById: null,
  decidedAt: null,
  operationId: null,
} as const;

export const StaffGrant = z
  .strictObject({
    id: z.int(),
    kind: namedEnum('GrantKind', grantKinds),
    amount: z.int().positive().meta({ description: 'Whole TeoCoins for each person' }),
    recipients: z
      .int()
      .meta({ description: 'Number of recipients; after the payment, number of people who were paid' }),
    total: z.int().meta({ description: 'Whole TeoCoins for all recipients together' }),
    reason: z.string(),
    status: GrantStatus,
    requestedById: z.int(),
    requestedAt: dateTime,
    expiresAt: dateTime,
    decidedById: z.int().nullable(),
    decidedAt: dateTime.nullable(),
    operationId: z.string().nullable().meta({ description: 'Operation id of the payment; null before it' }),
  })
  .meta({ id: 'StaffGrant', examples: [grantExample] });
export type StaffGrant = z.output<typeof StaffGrant>;

export const StaffGrantWithPeople = StaffGrant.extend({ userIds: z.array(z.int()) }).meta({
  id: 'StaffGrantWithPeople',
  examples: [{ ...grantExample, recipients: 2, total: 200, userIds: [12, 15] }],
});
export type StaffGrantWithPeople = z.output<typeof StaffGrantWithPeople>;

export const StaffGrantPage = pageOf(StaffGrant, 'StaffGrantPage');
export const StaffGrantQuery = pageQuery({
  status: GrantStatus.optional().meta({ description: '`pending` selects the requests that can still be confirmed' }),
});
export type StaffGrantQuery = z.output<typeof StaffGrantQuery>;

export function showGrant(row: GrantRow, now: Date): StaffGrant {
  const { id, kind, amount, recipients, reason, requestedById, decidedById, operationId } = row;
  const isExpired = row.state === 'pending' && row.expiresAt <= now;
  return {
    id,
    kind,
    amount,
    recipients,
    total: amount * recipients,
    reason,
    requestedById,
    decidedById,
    operationId,
    status: isExpired ? 'expired' : row.state,
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
