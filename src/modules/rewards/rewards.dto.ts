import { z } from 'zod';
import { id } from '../../platform/http/parameters';
import type { Role } from '../users';
import { coinAmount, positiveId } from './ledger/coins.dto';
import type { PostedMovement } from './ledger/movement';
import { explainableTypes, paymentOutcomes, type PaymentExplanation } from './earning/reward-explanations';
import { maxRecipients, type Audience } from './grants/staff-rewards';
import { apiTypeOf, apiTypes, signOf } from './ledger/transaction-types';
import { namedEnum } from '../../platform/http/named-enum';
import { requires, rule } from '../../platform/http/rules';

const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .meta({ description: 'Shown in the transaction history of the person' });

export const ManualReward = z.strictObject({ userId: positiveId, amount: coinAmount, reason }).meta({
  id: 'ManualReward',
  examples: [{ userId: 12, amount: 40, reason: 'Second prize of the spring exhibition' }],
});
export type ManualReward = z.output<typeof ManualReward>;

const areAllDifferent = (ids: number[]): boolean => new Set(ids).size === ids.length;
const rewardableRoles = ['student', 'teacher'] as const satisfies readonly Role[];

/** Fields of a request that gives the same amount to each of many people. */
export const giftFields = {
  userIds: z
    .array(positiveId)
    .min(1)
    .max(maxRecipients)
    .refine(areAllDifferent, rule('unique_items', 'Must not contain the same id twice'))
    .optional()
    .meta({ uniqueItems: true, description: `Different ids, at most ${maxRecipients}` }),
  role: namedEnum('RewardableRole', rewardableRoles)
    .optional()
    .meta({ description: 'All active users with this role. Use either role or userIds' }),
  amount: coinAmount,
  reason,
};
type AudienceFields = { userIds?: number[] | undefined; role?: Role | undefined };
/** The same in JSON Schema. */
export const oneAudience = { oneOf: [requires('userIds'), requires('role')] };
/** The arguments of `refine` for a gift, which must name its recipients either by id or by role. */
export const exactlyOneAudience: [(gift: AudienceFields) => boolean, ReturnType<typeof rule>] = [
  ({ userIds, role }) => (userIds === undefined) !== (role === undefined),
  rule('one_audience', 'Must have either userIds or role, and not both', ['userIds']),
];

export const BulkReward = z
  .strictObject(giftFields)
  .refine(...exactlyOneAudience)
  .meta({
    id: 'BulkReward',
    ...oneAudience,
    examples: [{ userIds: [12, 15], amount: 20, reason: 'Helped to hang the exhibition' }],
  });
export type BulkReward = z.output<typeof BulkReward>;

export function audienceOf({ userIds, role }: AudienceFields): Audience {
  return userIds ? { userIds } : { role: role as Role };
}

export const BulkRewarded = z
  .strictObject({
    operationId: z
      .string()
      .nullable()
      .meta({ description: 'The same in all transactions of the reward; null if there was no recipient' }),
    recipients: z.int().min(0),
    total: z.int().min(0).meta({ description: 'Sum over all recipients, in whole TeoCoins' }),
  })
  .meta({
    id: 'BulkRewarded',
    examples: [{ operationId: '8f14e45f-ceea-467f-a0e6-7b3c5b1d2a90', recipients: 2, total: 40 }],
  });
export type BulkRewarded = z.output<typeof BulkRewarded>;

export function showBulkReward(posted: readonly PostedMovement[]): BulkRewarded {
  let total = 0;
  for (const { amount } of posted) total += amount;
  return { operationId: posted[0]?.operationId ?? null, recipients: posted.length, total };
}

export const Adjustment = z
  .strictObject({
    userId: positiveId,
    amount: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .refine((amount) => amount !== 0, rule('not_zero', 'Must not be zero'))
      .meta({
        not: { const: 0 },
        description: 'Whole TeoCoins: a positive amount is added to the balance, a negative one is subtracted',
      }),
    reason,
  })
  .meta({ id: 'Adjustment', examples: [{ userId: 12, amount: -15, reason: 'Paid twice in the studio on 3 March' }] });
export type Adjustment = z.output<typeof Adjustment>;

export const Reversal = z
  .strictObject({ transactionId: positiveId, reason })
  .meta({ id: 'Reversal', examples: [{ transactionId: 512, reason: 'The work was not the student’s own' }] });
export type Reversal = z.output<typeof Reversal>;

export const CoinOperation = z
  .strictObject({
    operationId: z.string(),
    transactions: z.array(
      z.strictObject({
        id: z.int(),
        userId: z.int(),
        type: namedEnum('TransactionType', apiTypes),
        signedAmount: z.int(),
        balanceAfter: z.int().min(0),
      }),
    ),
    reason: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'CoinOperation',
    examples: [
      {
        operationId: '8f14e45f-ceea-467f-a0e6-7b3c5b1d2a90',
        transactions: [{ id: 518, userId: 12, type: 'reversal', signedAmount: -10, balanceAfter: 75 }],
        reason: 'The work was not the student’s own',
        createdAt: '2026-03-01T09:30:00.000Z',
      },
    ],
  });
export type CoinOperation = z.output<typeof CoinOperation>;

/** @param posted at least one transaction; all belong to the same operation */
export function showOperation(posted: readonly PostedMovement[]): CoinOperation {
  const { operationId, description, createdAt } = posted[0] as PostedMovement;
  const transactions = posted.map(({ id, userId, type, amount, balanceAfter }) => {
    return { id, userId, type: apiTypeOf(type), signedAmount: signOf(type) * amount, balanceAfter };
  });
  return { operationId, transactions, reason: description, createdAt: createdAt.toISOString() };
}

export const ExplainQuery = z.strictObject({
  objectType: namedEnum('RewardedType', explainableTypes).meta({
    description: 'Type of the object that the reward belongs to',
  }),
  objectId: id.meta({ description: 'Id of the object' }),
});
export type ExplainQuery = z.output<typeof ExplainQuery>;

export const RewardExplanation = z
  .strictObject({
    objectType: namedEnum('RewardedType', explainableTypes),
    objectId: z.int(),
    status: namedEnum('RewardStatus', paymentOutcomes),
    explanation: z.string().meta({ description: 'The status as a sentence for the learner' }),
    reward: z.int().min(0).meta({ description: 'Reward that is set now, in whole TeoCoins' }),
    transaction: z
      .strictObject({ id: z.int(), amount: z.int().positive(), createdAt: z.iso.datetime() })
      .nullable()
      .meta({ description: 'The payment; null if none was made' }),
  })
  .meta({
    id: 'RewardExplanation',
    examples: [
      {
        objectType: 'courses.lesson',
        objectId: 31,
        status: 'paid',
        reward: 10,
        explanation: 'You were paid when you completed it.',
        transaction: { id: 488, amount: 10, createdAt: '2026-03-01T09:30:00.000Z' },
      },
    ],
  });
export type RewardExplanation = z.output<typeof RewardExplanation>;

export function showExplanation(
  { objectType, objectId }: ExplainQuery,
  { outcome, explanation, reward, payment }: PaymentExplanation,
): RewardExplanation {
  const transaction = payment ? { ...payment, createdAt: payment.createdAt.toISOString() } : null;
  return { objectType, objectId, status: outcome, explanation, reward, transaction };
}
