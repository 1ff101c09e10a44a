import { getAddress } from 'ethers';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { chainActions } from '../decisions/chain-decision.entity';
import { attemptKinds } from '../nodes/attempt-kind';
import { withdrawalStates } from '../withdrawals/withdrawal.entity';
import { WaitingFor } from '../withdrawals/withdrawals.dto';
import type { AttemptRow, ChainWithdrawalRow, DecisionRow } from './chain-withdrawals.query';

const wei = z.string().meta({ description: 'Wei for each unit of gas' });

const Attempt = z.strictObject({
  kind: z.enum(attemptKinds).meta({ description: 'found: settled by hand, its bytes are not ours' }),
  ...{ txHash: txHashResponse, maxFee: wei, priorityFee: wei },
  signedAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable().meta({ description: 'When it was last handed to a node' }),
  refusal: z.string().nullable().meta({ description: 'What every node said when all of them refused it' }),
});

const Decided = z.strictObject({
  action: z.enum(chainActions),
  reason: z.string(),
  by: z.strictObject({ id: z.int(), username: z.string() }),
  decidedAt: z.iso.datetime(),
});

export const ChainWithdrawal = z
  .strictObject({
    ...{ id: z.int(), userId: z.int(), amount: z.int().positive(), address: addressResponse },
    state: z.enum(withdrawalStates),
    cancelling: z.boolean().meta({
      description: 'Its coins are to come back: without a nonce at the next look, else its nonce is spent on nothing',
    }),
    waitingFor: WaitingFor,
    nonce: z.int().min(0).nullable(),
    txHash: txHashResponse.nullable(),
    blockNumber: z.int().nullable(),
    consumedBy: txHashResponse
      .nullable()
      .meta({ description: 'The transaction that took its nonce without paying it, at a final block' }),
    reason: z.string().nullable(),
    requestedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    attempts: z.array(Attempt).meta({ description: 'What was signed for it, oldest first' }),
    decisions: z.array(Decided).meta({ description: 'Of administrators, oldest first' }),
  })
  .meta({
    id: 'ChainWithdrawal',
    examples: [
      {
        ...{ id: 7, userId: 12, amount: 250, address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
        ...{ state: 'broadcast', cancelling: true, nonce: 41, txHash: `0x${'5c'.repeat(32)}`, blockNumber: null },
        ...{ waitingFor: 'chain', consumedBy: null, reason: null },
        ...{ requestedAt: '2026-03-02T10:00:00.000Z', changedAt: '2026-03-02T10:04:00.000Z' },
        attempts: [
          {
            ...{ kind: 'payment', txHash: `0x${'5c'.repeat(32)}`, maxFee: '3000000000', priorityFee: '1000000000' },
            ...{ signedAt: '2026-03-02T10:00:05.000Z', sentAt: '2026-03-02T10:00:06.000Z', refusal: null },
          },
        ],
        decisions: [
          {
            ...{ action: 'cancel', reason: 'Asked for by mistake', by: { id: 1, username: 'ada' } },
            decidedAt: '2026-03-02T10:04:00.000Z',
          },
        ],
      },
    ],
  });
export type ChainWithdrawal = z.output<typeof ChainWithdrawal>;

export const ChainWithdrawalPage = pageOf(ChainWithdrawal, 'ChainWithdrawalPage');
export const ChainWithdrawalQuery = pageQuery({
  state: z.enum(withdrawalStates).optional().meta({ description: 'Only this state' }),
  userId: id.optional().meta({ description: 'Only of this person' }),
});
export type ChainWithdrawalQuery = z.output<typeof ChainWithdrawalQuery>;

export const reason = z.string().trim().min(1).max(500).meta({ description: 'Kept with the decision' });

export const WithdrawalDecision = z
  .strictObject({
    action: z.enum(['retry', 'cancel', 'refund', 'settle', 'pay']),
    reason,
    txHash: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, 'Must be 0x and 64 hexadecimal digits')
      .toLowerCase()
      .optional()
      .meta({ description: 'With settle: the transaction that has paid' }),
    nonce: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'With settle, of a withdrawal without one: what the transaction used' }),
  })
  .refine(({ action, txHash }) => (action === 'settle') === (txHash !== undefined), {
    message: 'Give it with settle, and only there',
    path: ['txHash'],
  })
  .refine(({ action, nonce }) => nonce === undefined || action === 'settle', {
    message: 'Give it with settle only',
    path: ['nonce'],
  })
  .meta({ id: 'WithdrawalDecision', examples: [{ action: 'cancel', reason: 'Asked for by mistake' }] });
export type WithdrawalDecision = z.output<typeof WithdrawalDecision>;

export function showChainWithdrawal({ attempts, decisions, ...row }: ChainWithdrawalRow): ChainWithdrawal {
  const { id: withdrawalId, userId, amount, address, state, cancelling, waitingFor, nonce, blockNumber } = row;
  return {
    ...{ id: withdrawalId, userId, amount, address: getAddress(address), state, cancelling, waitingFor },
    ...{ nonce, blockNumber },
    ...{ txHash: row.txHash || null, consumedBy: row.consumedBy || null, reason: row.reason || null },
    ...{ requestedAt: row.requestedAt.toISOString(), changedAt: row.changedAt.toISOString() },
    ...{ attempts: attempts.map(showAttempt), decisions: decisions.map(showDecision) },
  };
}

function showAttempt({ kind, txHash, maxFee, priorityFee, ...row }: AttemptRow): z.output<typeof Attempt> {
  const [signedAt, sentAt] = [row.signedAt.toISOString(), row.sentAt?.toISOString() ?? null];
  return { kind, txHash, maxFee, priorityFee, signedAt, sentAt, refusal: row.refusal || null };
}

function showDecision({ action, reason: why, actorId, actor, decidedAt }: DecisionRow): z.output<typeof Decided> {
  return { action, reason: why, by: { id: actorId, username: actor }, decidedAt: decidedAt.toISOString() };
}
