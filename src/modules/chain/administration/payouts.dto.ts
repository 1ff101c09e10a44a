import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { flag } from '../../../platform/http/parameters';
import { addressResponse, txHashResponse } from '../settings/addresses';
import { ethers } from '../settings/ethers';
import { reason } from './chain-withdrawals.dto';
import type { PayoutRow } from './payouts.query';

const Booking = z.strictObject({
  reason: z.string(),
  by: z.strictObject({ id: z.int(), username: z.string() }),
  bookedAt: z.iso.datetime(),
});

export const UnorderedPayout = z
  .strictObject({
    id: z.int(),
    txHash: txHashResponse,
    recipient: addressResponse,
    units: z.string().meta({ description: 'The amount in 10^-18 TeoCoins' }),
    blockNumber: z.int(),
    finalAt: z.iso.datetime(),
    withdrawalIds: z.array(z.int()).meta({
      description:
        'The withdrawals that this payment may have paid. They have the same address and amount, and they wait, were refunded, or were halted by this payment',
    }),
    booking: Booking.nullable().meta({ description: 'Who booked the payment as lost, and why; null: not booked' }),
  })
  .meta({
    id: 'UnorderedPayout',
    examples: [
      {
        id: 4,
        txHash: `0x${'5c'.repeat(32)}`,
        recipient: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
        units: '250000000000000000000',
        blockNumber: 4_147,
        finalAt: '2026-03-02T10:00:00.000Z',
        withdrawalIds: [7],
        booking: null,
      },
    ],
  });
export type UnorderedPayout = z.output<typeof UnorderedPayout>;

export const UnorderedPayoutPage = pageOf(UnorderedPayout, 'UnorderedPayoutPage');
export const UnorderedPayoutQuery = pageQuery({
  isBooked: flag
    .optional()
    .meta({ description: 'true: only payments that are booked as lost; false: only the others' }),
});
export type UnorderedPayoutQuery = z.output<typeof UnorderedPayoutQuery>;

export const PayoutBookingOrder = z
  .strictObject({ reason })
  .meta({ id: 'PayoutBookingOrder', examples: [{ reason: 'Taken back with adjustment 812' }] });
export type PayoutBookingOrder = z.output<typeof PayoutBookingOrder>;

export function showPayout(row: PayoutRow): UnorderedPayout {
  return {
    id: row.id,
    txHash: row.txHash,
    recipient: ethers().getAddress(row.recipient),
    units: row.units,
    blockNumber: row.blockNumber,
    finalAt: row.finalAt.toISOString(),
    withdrawalIds: row.withdrawalIds,
    booking: showBooking(row),
  };
}

function showBooking({ bookedAt, reason: bookingReason, actorId, actor }: PayoutRow): UnorderedPayout['booking'] {
  if (bookedAt === null) return null;
  return { reason: bookingReason!, by: { id: actorId!, username: actor! }, bookedAt: bookedAt.toISOString() };
}
