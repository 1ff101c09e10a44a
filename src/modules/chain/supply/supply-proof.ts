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

/** The chain's types have numbers of their own in the proof. Transfers between people add up to zero. */
const excludedTypes: readonly TransactionType[] = [...transferTypes, 'withdrawal', 'withdrawal_refund', 'deposit'];
const includedTypes = transactionTypes.filter((type) => !excludedTypes.includes(type));
/** The types that create coins in the school, and those that destroy coins. */
export const issuingTypes = includedTypes.filter((type) => signOf(type) === 1);
export const spendingTypes = includedTypes.filter((type) => signOf(type) === -1);

export interface Supply extends SupplyTotals {
  issued: number;
  spent: number;
  liabilities: number;
  faults: SupplyFault[];
}

/** The result is cached, because the statement reads the whole ledger and every user can request it. */
const cacheMs = 5_000;

/** The proof that every TeoCoin is covered. */
@Injectable()
export class SupplyProof {
  private cached: { totals: Promise<SupplyTotals>; at: number } | undefined;

  constructor(
    private readonly query: SupplyQuery,
    private readonly clock: Clock,
  ) {}

  /** At most 5 seconds old. @throws ChainNotFollowedYet */
  async getSupply(): Promise<Supply> {
    const at = this.clock.now().getTime();
    if (!this.cached || Math.abs(at - this.cached.at) >= cacheMs) {
      const totals = this.query.getTotals();
      this.cached = { totals, at };
      // A failure is not cached. The requests that wait for it get the error.
      totals.catch(() => {
        if (this.cached?.totals === totals) this.cached = undefined;
      });
    }
    return prove(await this.cached.totals);
  }
}

export function prove(totals: SupplyTotals): Supply {
  const sumOf = (types: readonly TransactionType[]): number =>
    types.reduce((sum, type) => sum + totals.ledger[type], 0);
  const liabilities = totals.balances + totals.inFlight;
  const supply = { ...totals, issued: sumOf(issuingTypes), spent: sumOf(spendingTypes), liabilities };
  return { ...supply, faults: faultsOf(supply) };
}

/** Rounded down to six digits, so that an incomplete cover is never shown as 1. */
export function ratioOf({ treasuryUnits, liabilities }: Pick<Supply, 'treasuryUnits' | 'liabilities'>): number | null {
  return liabilities === 0 ? null : Number((treasuryUnits * 1_000_000n) / unitsOf(liabilities)) / 1_000_000;
}

function faultsOf(supply: Omit<Supply, 'faults'>): SupplyFault[] {
  const { balances, issued, spent, withdrawn, inFlight, deposited, liabilities, ledger, treasuryUnits } = supply;
  const faults: SupplyFault[] = [];
  const add = (isFault: boolean, code: SupplyFault['code'], detail: string): void => {
    if (isFault) faults.push({ code, detail });
  };
  const expected = issued - spent - withdrawn - inFlight + deposited;
  add(balances !== expected, 'BOOKS_DO_NOT_BALANCE', `The balances are ${balances}, but the ledger gives ${expected}.`);
  const { transfer_sent: sent, transfer_received: received } = ledger;
  add(sent !== received, 'TRANSFERS_DO_NOT_MATCH', `People sent ${sent}, but received ${received}.`);
  const explained = supply.openingUnits + supply.inUnits - supply.outUnits;
  const unexplained = `The treasury holds ${treasuryUnits}, but the known transfers give ${explained}.`;
  add(treasuryUnits !== explained, 'TREASURY_NOT_EXPLAINED', unexplained);
  const owed = unitsOf(liabilities);
  const uncovered = `The treasury holds ${treasuryUnits}, but the school owes ${owed}.`;
  add(treasuryUnits < owed, 'TREASURY_BELOW_LIABILITIES', uncovered);
  add(supply.halted > 0, 'HOT_WALLET_HALTED', 'Payments are halted until an administrator resumes them.');
  return faults;
}
