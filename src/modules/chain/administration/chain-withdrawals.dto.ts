import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { chainActions } from '../decisions/chain-decision.entity';
import { attemptKinds } from '../nodes/attempt-kind';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { ethers } from '../settings/ethers';
import { withdrawalStates } from '../withdrawals/withdrawal.entity';
import { WaitingFor } from '../withdrawals/withdrawals.dto';
import type { AttemptRow, ChainWithdrawalRow, DecisionRow } from './chain-withdrawals.query';
import { namedEnum } from '../../../platform/http/named-enum';
import { requires, rule } from '../../../platform/http/rules';

const wei = z.string().meta({ description: 'Wei for each unit of gas' });

const Attempt = z.strictObject({
  kind: namedEnum('PaymentAttemptKind', attemptKinds).meta({
    description: 'found: an administrator named the transaction as the payment; its signed bytes are not stored',
  }),
  txHash: txHashResponse,
  maxFee: wei,
  priorityFee: wei,
  signedAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable().meta({ description: 'When the transaction was last sent to a node' }),
  refusal: z
    .string()
    .nullable()
    .meta({ description: 'The errors of the nodes, if all of them refused the transaction' }),
});

const DecisionView = z.strictObject({
  action: namedEnum('ChainAction', chainActions),
  reason: z.string(),
  by: z.strictObject({ id: z.int(), username: z.string() }),
  decidedAt: z.iso.datetime(),
});

export const ChainWithdrawal = z
  .strictObject({
    id: z.int(),
    userId: z.int(),
    amount: z.int().positive(),
    address: addressResponse,
    status: namedEnum('WithdrawalStatus', withdrawalStates),
    isCancelling: z.boolean().meta({
      description:
        'Whether the withdrawal was cancelled. Without a nonce it is refunded after the next poll. With a nonce it is refunded after the nonce was spent without a payment',
    }),
    waitingFor: WaitingFor,
    nonce: z.int().min(0).nullable(),
    txHash: txHashResponse.nullable(),
    blockNumber: z.int().nullable(),
    consumedBy: txHashResponse
      .nullable()
      .meta({ description: 'The transaction that used the nonce at a final block without paying the withdrawal' }),
    reason: z.string().nullable(),
    requestedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    attempts: z.array(Attempt).meta({ description: 'The signed transactions of the withdrawal, oldest first' }),
    decisions: z.array(DecisionView).meta({ description: 'The decisions of administrators, oldest first' }),
  })
  .meta({
    id: 'ChainWithdrawal',
    examples: [
      {
        id: 7,
        userId: 12,
        amount: 250,
        address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
        status: 'broadcast',
        isCancelling: true,
        waitingFor: 'chain',
        nonce: 41,
        txHash: `0x${'5c'.repeat(32)}`,
        blockNumber: null,
        consumedBy: null,
        reason: null,
        requestedAt: '2026-03-02T10:00:00.000Z',
        changedAt: '2026-03-02T10:04:00.000Z',
        attempts: [
          {
            kind: 'payment',
            txHash: `0x${'5c'.repeat(32)}`,
            maxFee: '3000000000',
            priorityFee: '1000000000',
            signedAt: '2026-03-02T10:00:05.000Z',
            sentAt: '2026-03-02T10:00:06.000Z',
            refusal: null,
          },
        ],
        decisions: [
          {
            action: 'cancel',
            reason: 'Asked for by mistake',
            by: { id: 1, username: 'ada' },
            decidedAt: '2026-03-02T10:04:00.000Z',
          },
        ],
      },
    ],
  });
export type ChainWithdrawal = z.output<typeof ChainWithdrawal>;

export const ChainWithdrawalPage = pageOf(ChainWithdrawal, 'ChainWithdrawalPage');
export const ChainWithdrawalQuery = pageQuery({
  status: namedEnum('WithdrawalStatus', withdrawalStates)
    .optional()
    .meta({ description: 'Only withdrawals with this status' }),
  userId: id.optional().meta({ description: 'Only withdrawals of this person' }),
});
export type ChainWithdrawalQuery = z.output<typeof ChainWithdrawalQuery>;

/** Why an administrator decides. */
export const reason = z.string().trim().min(1).max(500).meta({ description: 'Stored with the decision' });

/** 32 bytes in hexadecimal. */
const txHash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'Must be 0x followed by 64 hexadecimal digits')
  .toLowerCase();

export const WithdrawalDecision = z
  .strictObject({
    action: namedEnum('WithdrawalAction', ['retry', 'cancel', 'refund', 'settle', 'pay']),
    reason,
    txHash: txHash.optional().meta({ description: 'Only with settle: the transaction that has paid' }),
    nonce: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'Only with settle, if the withdrawal has no nonce: the nonce of the transaction' }),
  })
  .refine(
    ({ action, txHash: hash }) => (action === 'settle') === (hash !== undefined),
    rule('settle_hash', 'Required with settle, not allowed with other actions', ['txHash']),
  )
  .refine(
    ({ action, nonce }) => nonce === undefined || action === 'settle',
    rule('settle_nonce', 'Allowed with settle only', ['nonce']),
  )
  .meta({
    id: 'WithdrawalDecision',
    anyOf: [
      { properties: { action: { const: 'settle' }, txHash: {} }, required: ['action', 'txHash'] },
      { properties: { action: { not: { const: 'settle' } } }, not: { anyOf: [requires('txHash'), requires('nonce')] } },
    ],
    examples: [{ action: 'cancel', reason: 'Asked for by mistake' }],
  });
export type WithdrawalDecision = z.output<typeof WithdrawalDecision>;

export function showChainWithdrawal(row: ChainWithdrawalRow): ChainWithdrawal {
  return {
    id: row.id,
    userId: row.userId,
    amount: row.amount,
    address: ethers().getAddress(row.address),
    status: row.state,
    isCancelling: row.cancelling,
    waitingFor: row.waitingFor,
    nonce: row.nonce,
    txHash: row.txHash || null,
    blockNumber: row.blockNumber,
    consumedBy: row.consumedBy || null,
    reason: row.reason || null,
    requestedAt: row.requestedAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    attempts: row.attempts.map(showAttempt),
    decisions: row.decisions.map(showDecision),
  };
}

function showAttempt(row: AttemptRow): z.output<typeof Attempt> {
  return {
    kind: row.kind,
    txHash: row.txHash,
    maxFee: row.maxFee,
    priorityFee: row.priorityFee,
    signedAt: row.signedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    refusal: row.refusal || null,
  };
}

function showDecision(row: DecisionRow): z.output<typeof DecisionView> {
  return {
    action: row.action,
    reason: row.reason,
    by: { id: row.actorId, username: row.actor },
    decidedAt: row.decidedAt.toISOString(),
  };
}
