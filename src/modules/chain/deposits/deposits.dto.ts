import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { txHashResponse } from '../settings/addresses';
import { depositStates } from './deposit.entity';
import type { DepositRow } from './my-deposits.query';

export const DepositView = z
  .strictObject({
    id: z.int(),
    amount: z.int().min(0).meta({ description: 'Whole TeoCoins' }),
    units: z
      .string()
      .meta({ description: 'What was sent, in 10^-18 TeoCoins: what makes no whole one is not credited' }),
    txHash: txHashResponse,
    blockNumber: z.int(),
    state: z.enum(depositStates).meta({
      description: 'seen: not final yet; unattributed: cannot be credited at the moment; dust: less than a TeoCoin',
    }),
    seenAt: z.iso.datetime(),
    creditedAt: z.iso.datetime().nullable(),
  })
  .meta({
    id: 'Deposit',
    examples: [
      {
        ...{ id: 5, amount: 120, units: '120500000000000000000', txHash: `0x${'7d'.repeat(32)}`, blockNumber: 4_211 },
        ...{ state: 'credited', seenAt: '2026-03-01T09:30:00.000Z', creditedAt: '2026-03-01T09:43:00.000Z' },
      },
    ],
  });
export type DepositView = z.output<typeof DepositView>;

export const DepositPage = pageOf(DepositView, 'DepositPage');
export const DepositQuery = pageQuery();
export type DepositQuery = z.output<typeof DepositQuery>;

export function showDeposit({ id, amount, units, txHash, blockNumber, state, ...times }: DepositRow): DepositView {
  const [seenAt, creditedAt] = [times.seenAt.toISOString(), times.creditedAt?.toISOString() ?? null];
  return { id, amount, units, txHash, blockNumber, state, seenAt, creditedAt };
}
