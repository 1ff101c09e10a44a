import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { txHashResponse } from '../settings/addresses';
import { depositStates } from './deposit.entity';
import type { DepositRow } from './my-deposits.query';
import { namedEnum } from '../../../platform/http/named-enum';

export const DepositView = z
  .strictObject({
    id: z.int(),
    amount: z.int().min(0).meta({ description: 'Whole TeoCoins' }),
    units: z.string().meta({ description: 'The sent amount in 10^-18 TeoCoins. Only whole TeoCoins are credited' }),
    txHash: txHashResponse,
    blockNumber: z.int(),
    status: namedEnum('DepositStatus', depositStates).meta({
      description:
        'seen: the block is not final yet; credited: the coins are in your balance; unattributed: the block is final, but the coins would raise your balance above the limit; dust: less than one TeoCoin',
    }),
    seenAt: z.iso.datetime(),
    creditedAt: z.iso.datetime().nullable(),
  })
  .meta({
    id: 'Deposit',
    examples: [
      {
        id: 5,
        amount: 120,
        units: '120500000000000000000',
        txHash: `0x${'7d'.repeat(32)}`,
        blockNumber: 4_211,
        status: 'credited',
        seenAt: '2026-03-01T09:30:00.000Z',
        creditedAt: '2026-03-01T09:43:00.000Z',
      },
    ],
  });
export type DepositView = z.output<typeof DepositView>;

export const DepositPage = pageOf(DepositView, 'DepositPage');
export const DepositQuery = pageQuery();
export type DepositQuery = z.output<typeof DepositQuery>;

export function showDeposit(row: DepositRow): DepositView {
  return {
    id: row.id,
    amount: row.amount,
    units: row.units,
    txHash: row.txHash,
    blockNumber: row.blockNumber,
    status: row.state,
    seenAt: row.seenAt.toISOString(),
    creditedAt: row.creditedAt?.toISOString() ?? null,
  };
}
