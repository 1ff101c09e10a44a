import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { ethers } from '../settings/ethers';
import { minAmount, maxAmount } from './withdrawal-limits';
import { waitReasons } from './wait-reason';
import { withdrawalStates } from './withdrawal.entity';
import type { OwnerState, WithdrawalRow } from './withdrawals.query';
import { namedEnum } from '../../../platform/http/named-enum';

export const WithdrawalRequest = z
  .strictObject({
    walletId: z.int().positive().meta({ description: 'One of your wallets. Its cool-down must have ended' }),
    amount: z.int().min(minAmount).max(maxAmount).meta({ description: 'Whole TeoCoins' }),
  })
  .meta({ id: 'WithdrawalRequest', examples: [{ walletId: 3, amount: 250 }] });
export type WithdrawalRequest = z.output<typeof WithdrawalRequest>;

const ownerStates = [...withdrawalStates, 'cancelling'] as const;

export const WaitingFor = namedEnum('WaitReason', waitReasons)
  .nullable()
  .meta({
    description:
      'Why the withdrawal waits. turn: earlier withdrawals come first; chain: it waits for blocks of the chain; treasury: the treasury has ' +
      'too few coins; limit: the limit of 24 hours is reached; review: an administrator must decide about the withdrawal; halt: an ' +
      'administrator must resume all payments; null: the withdrawal has ended',
  });

export const WithdrawalView = z
  .strictObject({
    id: z.int(),
    amount: z.int().positive().meta({ description: 'Whole TeoCoins' }),
    address: addressResponse,
    status: namedEnum('OwnWithdrawalStatus', ownerStates).meta({
      description:
        'reserved: the withdrawal waits and can be cancelled; cancelling: the coins will be refunded unless the chain has already paid ' +
        'them; signing, signed, broadcast, mined: the payment is under way; confirmed: the payment is final; refunded: the coins are ' +
        'back in the balance; halted: an administrator must decide',
    }),
    waitingFor: WaitingFor,
    txHash: txHashResponse.nullable(),
    isConfirmed: z.boolean().meta({ description: 'Paid in a final block' }),
    reason: z.string().nullable().meta({ description: 'Why the withdrawal was refunded, was halted or waits' }),
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
        status: 'reserved',
        waitingFor: 'turn',
        txHash: null,
        isConfirmed: false,
        reason: null,
        requestedAt: '2026-03-02T10:00:00.000Z',
        changedAt: '2026-03-02T10:00:00.000Z',
      },
    ],
  });
export type WithdrawalView = z.output<typeof WithdrawalView>;

export const WithdrawalPage = pageOf(WithdrawalView, 'WithdrawalPage');

export const WithdrawalQuery = pageQuery({
  status: namedEnum('OwnWithdrawalStatus', ownerStates)
    .optional()
    .meta({ description: 'Only withdrawals with this status' }),
});
export type WithdrawalQuery = z.output<typeof WithdrawalQuery>;

/** The states in which a cancelled withdrawal can still end without a payment. In other states it is not shown as cancelling. */
const cancellableStates: readonly OwnerState[] = ['reserved', 'signing', 'signed', 'broadcast'];

export function showWithdrawal(row: WithdrawalRow): WithdrawalView {
  const { id, amount, state, waitingFor } = row;
  const isCancelling = row.cancelling && cancellableStates.includes(state);
  return {
    id,
    amount,
    address: ethers().getAddress(row.address),
    status: isCancelling ? 'cancelling' : state,
    waitingFor,
    txHash: row.txHash || null,
    isConfirmed: state === 'confirmed',
    reason: row.reason || null,
    requestedAt: row.requestedAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
  };
}
