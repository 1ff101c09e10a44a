import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/time/clock';
import { signOf, transactionTypes, transferTypes, type TransactionType } from '../../rewards';
import { unitsOf } from '../settings/token';
import { SupplyQuery, type SupplyTotals } from './supply.query';

export const supplyFaults = [
  'BOOKS_DO_NOT_BALANCE',
  'TRANSFERS_DO_NOT_MATCH',
  'TREASURY_NOT_EXPLAINED',
  'TREASURY_BELOW_LIABILITIES',
  'HOT_WALLET_HALTED',
] as const;
export interface SupplyFault {
  code: (typeof supplyFaults)[number];
  detail: string;
}

/** The types of the chain are excluded, because the proof shows them separately. Transfers between people are excluded, because they add up to zero. */
const excludedTypes: readonly TransactionType[] = [...transferTypes, 'withdrawal', 'withdrawal_refund', 'deposit'];
const includedTypes = transactionTypes.filter((type) => !excludedTypes.includes(type));
/** The types of transactions that create coins in the school, and the types that destroy coins. */
export const issuingTypes = includedTypes.filter((type) => signOf(type) === 1);
export const spendingTypes = includedTypes.filter((type) => signOf(type) === -1);

/** Amounts are in whole TeoCoins, except those that end in `Units`. */
export interface Supply extends SupplyTotals {
  issued: number;
  spent: number;
  /** The coins that the school owes: all balances and the withdrawals that have not ended. */
  liabilities: number;
  faults: SupplyFault[];
}

/** The totals are cached, because the statement reads the whole ledger and every user can request the supply. */
const cacheMs = 5_000;

/** Proves that the treasury covers every TeoCoin, or lists the contradictions. */
@Injectable()
export class SupplyProof {
  private cached: { totals: Promise<SupplyTotals>; readAtMs: number } | undefined;

  constructor(
    private readonly query: SupplyQuery,
    private readonly clock: Clock,
  ) {}

  /** At most 5 seconds old. @throws ChainNotFollowedYet */
  async getSupply(): Promise<Supply> {
    const nowMs = this.clock.now().getTime();
    // The absolute value is compared, because the clock can go back.
    if (!this.cached || Math.abs(nowMs - this.cached.readAtMs) >= cacheMs) {
      const totals = this.query.getTotals();
      this.cached = { totals, readAtMs: nowMs };
      // A failure is not cached, but the requests that already wait for these totals get the error.
      totals.catch(() => {
        if (this.cached?.totals === totals) this.cached = undefined;
      });
    }
    return proveSupply(await this.cached.totals);
  }
}

export function proveSupply(totals: SupplyTotals): Supply {
  const sumOfTypes = (types: readonly TransactionType[]): number =>
    types.reduce((sum, type) => sum + totals.ledger[type], 0);
  const liabilities = totals.balances + totals.inFlight;
  const supply = { ...totals, issued: sumOfTypes(issuingTypes), spent: sumOfTypes(spendingTypes), liabilities };
  return { ...supply, faults: [...findLedgerFaults(supply), ...findTreasuryFaults(supply)] };
}

/** The treasury divided by the liabilities, rounded down to six digits, so that an incomplete cover is never shown as 1. */
export function ratioOf({ treasuryUnits, liabilities }: Pick<Supply, 'treasuryUnits' | 'liabilities'>): number | null {
  if (liabilities === 0) return null;
  const millionths = (treasuryUnits * 1_000_000n) / unitsOf(liabilities);
  return Number(millionths) / 1_000_000;
}

function findLedgerFaults(supply: Omit<Supply, 'faults'>): SupplyFault[] {
  const { balances, issued, spent, withdrawn, inFlight, deposited } = supply;
  const faults: SupplyFault[] = [];
  const expected = issued - spent - withdrawn - inFlight + deposited;
  if (balances !== expected) {
    const detail = `The balances are ${balances}, but the ledger gives ${expected}.`;
    faults.push({ code: 'BOOKS_DO_NOT_BALANCE', detail });
  }
  const { transfer_sent: sent, transfer_received: received } = supply.ledger;
  if (sent !== received)
    faults.push({ code: 'TRANSFERS_DO_NOT_MATCH', detail: `People sent ${sent}, but received ${received}.` });
  return faults;
}

function findTreasuryFaults(supply: Omit<Supply, 'faults'>): SupplyFault[] {
  const { treasuryUnits, openingUnits, inUnits, outUnits } = supply;
  const faults: SupplyFault[] = [];
  const expectedUnits = openingUnits + inUnits - outUnits;
  if (treasuryUnits !== expectedUnits) {
    const detail = `The treasury holds ${treasuryUnits}, but the known transfers give ${expectedUnits}.`;
    faults.push({ code: 'TREASURY_NOT_EXPLAINED', detail });
  }
  const owedUnits = unitsOf(supply.liabilities);
  if (treasuryUnits < owedUnits) {
    const detail = `The treasury holds ${treasuryUnits}, but the school owes ${owedUnits}.`;
    faults.push({ code: 'TREASURY_BELOW_LIABILITIES', detail });
  }
  if (supply.halted > 0) {
    const detail = 'Payments are halted until an administrator resumes them.';
    faults.push({ code: 'HOT_WALLET_HALTED', detail });
  }
  return faults;
}
