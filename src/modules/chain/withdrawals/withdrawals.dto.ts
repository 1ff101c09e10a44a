import { getAddress } from 'ethers';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { minAmount, maxAmount } from './withdrawal-limits';
import { waits } from './wait-reason';
import { withdrawalStates } from './withdrawal.entity';
import type { ShownState, WithdrawalRow } from './withdrawals.query';

export const WithdrawalRequest = z
  .strictObject({
    walletId: z.int().positive().meta({ description: 'One of yours, past its cool-down' }),
    amount: z.int().min(minAmount).max(maxAmount).meta({ description: 'Whole TeoCoins' }),
  })
  .meta({ id: 'WithdrawalRequest', examples: [{ walletId: 3, amount: 250 }] });
export type WithdrawalRequest = z.output<typeof WithdrawalRequest>;

const shownStates = [...withdrawalStates, 'cancelling'] as const;

export const WaitingFor = z
  .enum(waits)
  .nullable()
  .meta({
    description:
      'What has to happen before it goes on. turn: those before it; chain: blocks; treasury: coins in it; limit: the next day; ' +
      'review: an administrator decides about it; halt: about all payments. null: it has ended',
  });

export const WithdrawalView = z
  .strictObject({
    id: z.int(),
    amount: z.int().positive().meta({ description: 'Whole TeoCoins' }),
    address: addressResponse,
    state: z.enum(shownStates).meta({
      description:
        'reserved: waits, can be cancelled; cancelling: its coins come back, unless the chain was faster; signing, signed, broadcast, mined: on its way; confirmed: paid for good; ' +
        'refunded: the coins are back; halted: an administrator is looking',
    }),
    waitingFor: WaitingFor,
    txHash: txHashResponse.nullable(),
    confirmed: z.boolean().meta({ description: 'Paid, and the chain cannot take it back' }),
    reason: z.string().nullable().meta({ description: 'Why it was refunded, was halted or waits' }),
    requestedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .meta({
    id: 'Withdrawal',
    examples: [
      {
        ...{ id: 7, amount: 250, address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', state: 'reserved' },
        ...{ waitingFor: 'turn', txHash: null, confirmed: false, reason: null },
        ...{ requestedAt: '2026-03-02T10:00:00.000Z', changedAt: '2026-03-02T10:00:00.000Z' },
      },
    ],
  });
export type WithdrawalView = z.output<typeof WithdrawalView>;

export const WithdrawalPage = pageOf(WithdrawalView, 'WithdrawalPage');

export const WithdrawalQuery = pageQuery({
  state: z.enum(shownStates).optional().meta({ description: 'Only this state' }),
});
export type WithdrawalQuery = z.output<typeof WithdrawalQuery>;

/** What may still be paid, and is not to be. */
const cancellable: readonly ShownState[] = ['reserved', 'signing', 'signed', 'broadcast'];

export function showWithdrawal({ txHash, reason, cancelling, waitingFor, ...row }: WithdrawalRow): WithdrawalView {
  const { id, amount, address, state, ...times } = row;
  const shown = cancelling && cancellable.includes(state) ? 'cancelling' : state;
  return {
    ...{ id, amount, address: getAddress(address), state: shown, waitingFor },
    ...{ txHash: txHash || null, confirmed: state === 'confirmed', reason: reason || null },
    ...{ requestedAt: times.requestedAt.toISOString(), changedAt: times.changedAt.toISOString() },
  };
}
