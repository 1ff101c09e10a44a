import { z } from 'zod';
import { transactionTypes, type TransactionType } from '../../rewards';
import { issuingTypes, ratioOf, spendingTypes, supplyFaults, type Supply } from './supply-proof';
import { namedEnum } from '../../../platform/http/named-enum';

const coins = z.int().min(0).meta({ description: 'Whole TeoCoins' });
const units = z.string().meta({ description: '10^-18 TeoCoins' });
const byType = z.strictObject({
  total: coins,
  byType: z.array(
    z.strictObject({ type: namedEnum('LedgerType', transactionTypes as readonly TransactionType[]), amount: coins }),
  ),
});

export const CoinSupply = z
  .strictObject({
    balances: coins.meta({ description: 'The balances of all people' }),
    issued: byType.meta({ description: 'Coins created in the school' }),
    spent: byType.meta({ description: 'Coins spent in the school' }),
    withdrawn: coins.meta({ description: 'Coins paid to wallets in final blocks' }),
    deposited: coins.meta({ description: 'Coins received from wallets and credited' }),
    inFlight: coins.meta({ description: 'Coins of withdrawals that have not ended' }),
    treasuryUnits: units,
    lostUnits: units.meta({
      description:
        'Transfers out of the treasury that belong to no withdrawal and were booked as lost, in 10^-18 TeoCoins',
    }),
    supplyUnits: units.meta({ description: 'All TeoCoins on the chain, in 10^-18 TeoCoins' }),
    finalBlock: z.strictObject({ number: z.int().min(0), hash: z.string() }),
    liabilities: coins.meta({ description: 'The coins that the school owes: balances + inFlight' }),
    ratio: z
      .number()
      .min(0)
      .nullable()
      .meta({ description: 'The treasury divided by the liabilities; null if the school owes nothing' }),
    violations: z
      .array(z.strictObject({ code: namedEnum('SupplyFault', supplyFaults), detail: z.string() }))
      .meta({ description: 'Contradictions; empty if the supply is proved' }),
    observedAt: z.iso.datetime().meta({ description: 'Time of the last successful poll of the chain' }),
  })
  .meta({
    id: 'CoinSupply',
    examples: [
      {
        balances: 40_000,
        issued: { total: 52_000, byType: [{ type: 'earned_lesson', amount: 52_000 }] },
        spent: { total: 2_000, byType: [{ type: 'spent', amount: 2_000 }] },
        withdrawn: 9_500,
        deposited: 500,
        inFlight: 1_000,
        treasuryUnits: '100000000000000000000000',
        lostUnits: '0',
        supplyUnits: '110000000000000000000000',
        finalBlock: { number: 4_147, hash: `0x${'cd'.repeat(32)}` },
        liabilities: 41_000,
        ratio: 2.439024,
        violations: [],
        observedAt: '2026-03-02T10:00:00.000Z',
      },
    ],
  });
export type CoinSupply = z.output<typeof CoinSupply>;

export function showSupply(supply: Supply): CoinSupply {
  const { balances, withdrawn, deposited, inFlight, liabilities } = supply;
  return {
    balances,
    issued: { total: supply.issued, byType: amountsOf(issuingTypes, supply) },
    spent: { total: supply.spent, byType: amountsOf(spendingTypes, supply) },
    withdrawn,
    deposited,
    inFlight,
    treasuryUnits: String(supply.treasuryUnits),
    lostUnits: String(supply.lostUnits),
    supplyUnits: String(supply.supplyUnits),
    finalBlock: { number: supply.finalNumber, hash: supply.finalHash },
    liabilities,
    ratio: ratioOf(supply),
    violations: supply.faults,
    observedAt: supply.observedAt.toISOString(),
  };
}

/** The amount of each type, without the types that have no transactions. */
function amountsOf(types: readonly TransactionType[], { ledger }: Supply) {
  const usedTypes = types.filter((type) => ledger[type] > 0);
  return usedTypes.map((type) => ({ type, amount: ledger[type] }));
}
