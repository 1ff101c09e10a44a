import { z } from 'zod';
import { type TransactionType, transactionTypes } from '../../rewards';
import { issuingTypes, ratioOf, spendingTypes, supplyFaults, type Supply } from './supply-proof';

const coins = z.int().min(0).meta({ description: 'Whole TeoCoins' });
const units = z.string().meta({ description: '10^-18 TeoCoins' });
const byType = z.strictObject({
  total: coins,
  byType: z.array(z.strictObject({ type: z.enum(transactionTypes as [TransactionType]), amount: coins })),
});

export const CoinSupply = z
  .strictObject({
    balances: coins.meta({ description: 'What people hold in the school' }),
    issued: byType.meta({ description: 'What came into being in the school' }),
    spent: byType.meta({ description: 'What ceased to be' }),
    withdrawn: coins.meta({ description: 'Paid out to wallets, final' }),
    deposited: coins.meta({ description: 'Come from wallets, credited' }),
    inFlight: coins.meta({ description: 'On the way to wallets' }),
    treasuryUnits: units,
    lostUnits: units.meta({ description: 'Left the treasury unordered and was booked as lost, in 10^-18 TeoCoins' }),
    supplyUnits: units.meta({ description: 'Of the contract altogether, in 10^-18 TeoCoins' }),
    finalBlock: z.strictObject({ number: z.int().min(0), hash: z.string() }),
    liabilities: coins.meta({ description: 'What the treasury owes: balances and inFlight' }),
    ratio: z.number().min(0).nullable().meta({ description: 'Treasury to liabilities; null when nothing is owed' }),
    violations: z
      .array(z.strictObject({ code: z.enum(supplyFaults), detail: z.string() }))
      .meta({ description: 'What should never be; empty when all is well' }),
    observedAt: z.iso.datetime().meta({ description: 'When the chain was last looked at' }),
  })
  .meta({
    id: 'CoinSupply',
    examples: [
      {
        ...{ balances: 40_000, issued: { total: 52_000, byType: [{ type: 'earned_lesson', amount: 52_000 }] } },
        ...{ spent: { total: 2_000, byType: [{ type: 'spent', amount: 2_000 }] }, withdrawn: 9_500, deposited: 500 },
        ...{
          inFlight: 1_000,
          treasuryUnits: '100000000000000000000000',
          lostUnits: '0',
          supplyUnits: '110000000000000000000000',
        },
        ...{ finalBlock: { number: 4_147, hash: `0x${'cd'.repeat(32)}` }, liabilities: 41_000, ratio: 2.439024 },
        ...{ violations: [], observedAt: '2026-03-02T10:00:00.000Z' },
      },
    ],
  });
export type CoinSupply = z.output<typeof CoinSupply>;

export function showSupply(supply: Supply): CoinSupply {
  const { balances, issued, spent, withdrawn, deposited, inFlight, liabilities, faults } = supply;
  return {
    ...{ balances, withdrawn, deposited, inFlight, liabilities, ratio: ratioOf(supply) },
    issued: { total: issued, byType: amountsOf(issuingTypes, supply) },
    spent: { total: spent, byType: amountsOf(spendingTypes, supply) },
    ...{ treasuryUnits: String(supply.treasuryUnits), supplyUnits: String(supply.supplyUnits) },
    lostUnits: String(supply.lostUnits),
    finalBlock: { number: supply.finalNumber, hash: supply.finalHash },
    ...{ violations: faults, observedAt: supply.observedAt.toISOString() },
  };
}

const amountsOf = (types: readonly TransactionType[], { ledger }: Supply) =>
  types.filter((type) => ledger[type] > 0).map((type) => ({ type, amount: ledger[type] }));
