import { getAddress } from 'ethers';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { flag } from '../../../platform/http/parameters';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { reason } from './chain-withdrawals.dto';
import type { PayoutRow } from './payouts.query';

const Booking = z.strictObject({
  reason: z.string(),
  by: z.strictObject({ id: z.int(), username: z.string() }),
  bookedAt: z.iso.datetime(),
});

export const UnorderedPayout = z
  .strictObject({
    ...{ id: z.int(), txHash: txHashResponse, recipient: addressResponse },
    units: z.string().meta({ description: 'What was taken, in 10^-18 TeoCoins' }),
    ...{ blockNumber: z.int(), finalAt: z.iso.datetime() },
    withdrawalIds: z.array(z.int()).meta({
      description: 'Of the same address and amount, and waiting, refunded or halted by it: whose payment it may be',
    }),
    booking: Booking.nullable().meta({ description: 'Who gave it up as lost, and why; null: the books miss it' }),
  })
  .meta({
    id: 'UnorderedPayout',
    examples: [
      {
        ...{ id: 4, txHash: `0x${'5c'.repeat(32)}`, recipient: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
        ...{ units: '250000000000000000000', blockNumber: 4_147, finalAt: '2026-03-02T10:00:00.000Z' },
        ...{ withdrawalIds: [7], booking: null },
      },
    ],
  });
export type UnorderedPayout = z.output<typeof UnorderedPayout>;

export const UnorderedPayoutPage = pageOf(UnorderedPayout, 'UnorderedPayoutPage');
export const UnorderedPayoutQuery = pageQuery({
  booked: flag.optional().meta({ description: 'Only those that are booked as lost, or only those that are not' }),
});
export type UnorderedPayoutQuery = z.output<typeof UnorderedPayoutQuery>;

export const PayoutBookingOrder = z
  .strictObject({ reason })
  .meta({ id: 'PayoutBookingOrder', examples: [{ reason: 'Taken back with adjustment 812' }] });
export type PayoutBookingOrder = z.output<typeof PayoutBookingOrder>;

export function showPayout({ id, txHash, recipient, units, blockNumber, ...row }: PayoutRow): UnorderedPayout {
  const { reason: why, actorId, actor, bookedAt } = row;
  const isBooked = why !== null && actorId !== null && actor !== null && bookedAt !== null;
  return {
    ...{ id, txHash, recipient: getAddress(recipient), units, blockNumber, finalAt: row.finalAt.toISOString() },
    withdrawalIds: row.withdrawalIds,
    booking: isBooked ? { reason: why, by: { id: actorId, username: actor }, bookedAt: bookedAt.toISOString() } : null,
  };
}
