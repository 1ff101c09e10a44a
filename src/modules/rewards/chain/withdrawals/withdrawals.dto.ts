import { getAddress } from 'ethers';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../../../platform/http/pagination';
import { shownAddress, shownHash } from '../addresses';
import { leastAmount, mostAmount } from './withdrawal-limits';
import { withdrawalStates } from './withdrawal.entity';
import type { WithdrawalRow } from './withdrawals.query';

export const WithdrawalRequest = z
  .strictObject({
    walletId: z.int().positive().meta({ description: 'One of yours, past its cool-down' }),
    amount: z.int().min(leastAmount).max(mostAmount).meta({ description: 'Whole TeoCoins' }),
  })
  .meta({ id: 'WithdrawalRequest', examples: [{ walletId: 3, amount: 250 }] });
export type WithdrawalRequest = z.output<typeof WithdrawalRequest>;

export const WithdrawalView = z
  .strictObject({
    id: z.int(),
    amount: z.int().positive().meta({ description: 'Whole TeoCoins' }),
    address: shownAddress,
    state: z.enum(withdrawalStates).meta({
      description:
        'reserved: waits, can be cancelled; signing, signed, broadcast, mined: on its way; confirmed: paid for good; ' +
        'refunded: the coins are back; halted: an administrator is looking',
    }),
    txHash: shownHash.nullable(),
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
        ...{ txHash: null, confirmed: false, reason: null },
        ...{ requestedAt: '2026-03-02T10:00:00.000Z', changedAt: '2026-03-02T10:00:00.000Z' },
      },
    ],
  });
export type WithdrawalView = z.output<typeof WithdrawalView>;

export const WithdrawalPage = pageOf(WithdrawalView, 'WithdrawalPage');

export const WithdrawalQuery = pageQuery({
  state: z.enum(withdrawalStates).optional().meta({ description: 'Only this state' }),
});
export type WithdrawalQuery = z.output<typeof WithdrawalQuery>;

export function showWithdrawal({
  id,
  amount,
  address,
  state,
  txHash,
  reason,
  ...times
}: WithdrawalRow): WithdrawalView {
  return {
    ...{ id, amount, address: getAddress(address), state },
    ...{ txHash: txHash || null, confirmed: state === 'confirmed', reason: reason || null },
    ...{ requestedAt: times.requestedAt.toISOString(), changedAt: times.changedAt.toISOString() },
  };
}
