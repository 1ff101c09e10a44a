import { z } from 'zod';
import { id } from '../../platform/http/parameters';
import type { Role } from '../users';
import { coins, personId } from './ledger/coins.dto';
import type { Posted } from './ledger/movement';
import { explainable, outcomes, type Explanation } from './earning/reward-explanations';
import { mostRecipients, type Audience } from './grants/staff-rewards';
import { shownType, shownTypes, signOf } from './ledger/transaction-types';

const reason = z.string().trim().min(1).max(500).meta({ description: 'Stands in the history of the person' });

export const ManualReward = z.strictObject({ userId: personId, amount: coins, reason }).meta({
  id: 'ManualReward',
  examples: [{ userId: 12, amount: 40, reason: 'Second prize of the spring exhibition' }],
});
export type ManualReward = z.output<typeof ManualReward>;

const unique = (ids: number[]): boolean => new Set(ids).size === ids.length;
const rewardableRoles = ['student', 'teacher'] as const satisfies readonly Role[];

/** The same coins for each of many people. */
export const aGift = {
  userIds: z
    .array(personId)
    .min(1)
    .max(mostRecipients)
    .refine(unique, 'Must not name anybody twice')
    .optional()
    .meta({ description: `Each once, at most ${mostRecipients}` }),
  role: z.enum(rewardableRoles).optional().meta({ description: 'Everybody active of this role, instead of userIds' }),
  amount: coins,
  reason,
};
type Addressed = { userIds?: number[] | undefined; role?: Role | undefined };
export const eitherOf: [(gift: Addressed) => boolean, { message: string; path: string[] }] = [
  ({ userIds, role }) => (userIds === undefined) !== (role === undefined),
  { message: 'Give either userIds or role', path: ['userIds'] },
];

export const BulkReward = z
  .strictObject(aGift)
  .refine(...eitherOf)
  .meta({ id: 'BulkReward', examples: [{ userIds: [12, 15], amount: 20, reason: 'Helped to hang the exhibition' }] });
export type BulkReward = z.output<typeof BulkReward>;

export function audienceOf({ userIds, role }: Addressed): Audience {
  return userIds ? { userIds } : { role: role as Role };
}

export const BulkRewarded = z
  .strictObject({
    operationId: z
      .string()
      .nullable()
      .meta({ description: 'Shared by all of the transactions; null when nobody was there' }),
    recipients: z.int().min(0),
    total: z.int().min(0).meta({ description: 'Whole TeoCoins given to all together' }),
  })
  .meta({
    id: 'BulkRewarded',
    examples: [{ operationId: '8f14e45f-ceea-467f-a0e6-7b3c5b1d2a90', recipients: 2, total: 40 }],
  });
export type BulkRewarded = z.output<typeof BulkRewarded>;

export function showBulk(posted: readonly Posted[]): BulkRewarded {
  const total = posted.reduce((sum, { amount }) => sum + amount, 0);
  return { operationId: posted[0]?.operationId ?? null, recipients: posted.length, total };
}

export const Adjustment = z
  .strictObject({
    userId: personId,
    amount: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .refine((amount) => amount !== 0, 'Must not be zero')
      .meta({ description: 'Whole TeoCoins to add, or, negative, to take' }),
    reason,
  })
  .meta({ id: 'Adjustment', examples: [{ userId: 12, amount: -15, reason: 'Paid twice in the studio on 3 March' }] });
export type Adjustment = z.output<typeof Adjustment>;

export const Reversal = z
  .strictObject({ transactionId: personId, reason })
  .meta({ id: 'Reversal', examples: [{ transactionId: 512, reason: 'The work was not the student’s own' }] });
export type Reversal = z.output<typeof Reversal>;

export const CoinOperation = z
  .strictObject({
    operationId: z.string(),
    transactions: z.array(
      z.strictObject({
        id: z.int(),
        userId: z.int(),
        type: z.enum(shownTypes),
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
        ...{ reason: 'The work was not the student’s own', createdAt: '2026-03-01T09:30:00.000Z' },
      },
    ],
  });
export type CoinOperation = z.output<typeof CoinOperation>;

/** At least one row, all of one operation. */
export function showOperation(posted: readonly Posted[]): CoinOperation {
  const { operationId, description, createdAt } = posted[0] as Posted;
  const transactions = posted.map(({ id, userId, type, amount, balanceAfter }) => {
    return { id, userId, type: shownType(type), signedAmount: signOf(type) * amount, balanceAfter };
  });
  return { operationId, transactions, reason: description, createdAt: createdAt.toISOString() };
}

export const ExplainQuery = z.strictObject({
  objectType: z.enum(explainable).meta({ description: 'What the reward is for' }),
  objectId: id,
});
export type ExplainQuery = z.output<typeof ExplainQuery>;

export const RewardExplanation = z
  .strictObject({
    objectType: z.enum(explainable),
    objectId: z.int(),
    outcome: z.enum(outcomes),
    explanation: z.string().meta({ description: 'The outcome, for people' }),
    reward: z.int().min(0).meta({ description: 'What is set now, in whole TeoCoins' }),
    transaction: z
      .strictObject({ id: z.int(), amount: z.int().positive(), createdAt: z.iso.datetime() })
      .nullable()
      .meta({ description: 'The payment, where there was one' }),
  })
  .meta({
    id: 'RewardExplanation',
    examples: [
      {
        ...{ objectType: 'courses.lesson', objectId: 31, outcome: 'paid', reward: 10 },
        explanation: 'You were paid when you had done it.',
        transaction: { id: 488, amount: 10, createdAt: '2026-03-01T09:30:00.000Z' },
      },
    ],
  });
export type RewardExplanation = z.output<typeof RewardExplanation>;

export function showExplanation({ objectType, objectId }: ExplainQuery, found: Explanation): RewardExplanation {
  const { outcome, explanation, reward, payment } = found;
  const transaction = payment && { ...payment, createdAt: payment.createdAt.toISOString() };
  return { objectType, objectId, outcome, explanation, reward, transaction };
}
