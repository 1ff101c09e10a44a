import { getAddress } from 'ethers';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { minAmount, maxAmount } from './withdrawal-limits';
import { waitReasons } from './wait-reason';
import { withdrawalStates } from './withdrawal.entity';
import type { OwnerState, WithdrawalRow } from './withdrawals.query';

export const WithdrawalRequest = z
  .strictObject({
    walletId: z.int().positive().meta({ description: 'One of your wallets, after its cool-down' }),
    amount: z.int().min(minAmount).max(maxAmount).meta({ description: 'Whole TeoCoins' }),
  })
  .meta({ id: 'WithdrawalRequest', examples: [{ walletId: 3, amount: 250 }] });
export type WithdrawalRequest = z.output<typeof WithdrawalRequest>;

const ownerStates = [...withdrawalStates, 'cancelling'] as const;

export const WaitingFor = z
  .enum(waitReasons)
  .nullable()
  .meta({
    description:
      'What the withdrawal waits for. turn: earlier withdrawals; chain: blocks; treasury: coins in the treasury; limit: the ' +
      'next day; review: an administrator’s decision about it; halt: an administrator’s decision about all payments; null: it has ended',
  });

export const WithdrawalView = z
  .strictObject({
    id: z.int(),
    amount: z.int().positive().meta({ description: 'Whole TeoCoins' }),
    address: addressResponse,
    state: z.enum(ownerStates).meta({
      description:
        'reserved: waits and can be cancelled; cancelling: its coins are refunded unless the chain has already paid it; signing, ' +
        'signed, broadcast, mined: the payment is under way; confirmed: paid and final; refunded: the coins are back in the ' +
        'balance; halted: it waits for an administrator',
    }),
    waitingFor: WaitingFor,
    txHash: txHashResponse.nullable(),
    confirmed: z.boolean().meta({ description: 'Paid in a final block' }),
    reason: z.string().nullable().meta({ description: 'Why it was refunded, was halted or waits' }),
    requestedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .meta({
    id: 'Withdrawal',
    examples: [
      {
        id: 7,
        amount: 250,
        address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
        state: 'reserved',
        waitingFor: 'turn',
        txHash: null,
        confirmed: false,
        reason: null,
        requestedAt: '2026-03-02T10:00:00.000Z',
        changedAt: '2026-03-02T10:00:00.000Z',
      },
    ],
  });
export type WithdrawalView = z.output<typeof WithdrawalView>;

export const WithdrawalPage = pageOf(WithdrawalView, 'WithdrawalPage');

export const WithdrawalQuery = pageQuery({
  state: z.enum(ownerStates).optional().meta({ description: 'Only withdrawals in this state' }),
});
export type WithdrawalQuery = z.output<typeof WithdrawalQuery>;

/** The states in which a cancelled withdrawal can still end without a payment. */
const cancellableStates: readonly OwnerState[] = ['reserved', 'signing', 'signed', 'broadcast'];

export function showWithdrawal(row: WithdrawalRow): WithdrawalView {
  const { id, amount, state, waitingFor } = row;
  const isCancelling = row.cancelling && cancellableStates.includes(state);
  return {
    id,
    amount,
    address: getAddress(row.address),
    state: isCancelling ? 'cancelling' : state,
    waitingFor,
    txHash: row.txHash || null,
    confirmed: state === 'confirmed',
    reason: row.reason || null,
    requestedAt: row.requestedAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
  };
}
