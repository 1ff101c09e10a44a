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
    id: z.int(),
    txHash: txHashResponse,
    recipient: addressResponse,
    units: z.string().meta({ description: 'The amount in 10^-18 TeoCoins' }),
    blockNumber: z.int(),
    finalAt: z.iso.datetime(),
    withdrawalIds: z.array(z.int()).meta({
      description:
        'Withdrawals that it may have paid: with the same address and amount, and waiting, refunded or halted by it',
    }),
    booking: Booking.nullable().meta({ description: 'Who booked it as lost, and why; null: not booked' }),
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
  booked: flag.optional().meta({ description: 'true: only payments that are booked as lost; false: only the others' }),
});
export type UnorderedPayoutQuery = z.output<typeof UnorderedPayoutQuery>;

export const PayoutBookingOrder = z
  .strictObject({ reason })
  .meta({ id: 'PayoutBookingOrder', examples: [{ reason: 'Taken back with adjustment 812' }] });
export type PayoutBookingOrder = z.output<typeof PayoutBookingOrder>;

export function showPayout(row: PayoutRow): UnorderedPayout {
  const { id, txHash, units, blockNumber, withdrawalIds, bookedAt } = row;
  const by = { id: row.actorId!, username: row.actor! };
  const booking = bookedAt && { reason: row.reason!, by, bookedAt: bookedAt.toISOString() };
  const [recipient, finalAt] = [getAddress(row.recipient), row.finalAt.toISOString()];
  return { id, txHash, recipient, units, blockNumber, finalAt, withdrawalIds, booking };
}
