import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/time/clock';
import { signOf, type TransactionType, transactionTypes, transferTypes } from '../../rewards';
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

/** What belongs to the chain has its own line in the proof; what goes from person to person adds up to nothing. */
const otherwise: readonly TransactionType[] = [...transferTypes, 'withdrawal', 'withdrawal_refund', 'deposit'];
const within = transactionTypes.filter((type) => !otherwise.includes(type));
/** Coins that came into being in the school, and that ceased to be. */
export const issuingTypes = within.filter((type) => signOf(type) === 1);
export const spendingTypes = within.filter((type) => signOf(type) === -1);

export interface Supply extends SupplyTotals {
  issued: number;
  spent: number;
  liabilities: number;
  faults: SupplyFault[];
}

/** The whole ledger is read for it, and anybody may ask. */
const freshMs = 5_000;

/** The proof that every TeoCoin is covered. */
@Injectable()
export class SupplyProof {
  private known: { books: Promise<SupplyTotals>; at: number } | undefined;

  constructor(
    private readonly query: SupplyQuery,
    private readonly clock: Clock,
  ) {}

  /** A few seconds old at most. @throws ChainNotFollowedYet */
  async now(): Promise<Supply> {
    const at = this.clock.now().getTime();
    if (!this.known || Math.abs(at - this.known.at) >= freshMs) {
      const books = this.query.now();
      this.known = { books, at };
      // A failure is told to those who wait for it, and forgotten.
      books.catch(() => {
        if (this.known?.books === books) this.known = undefined;
      });
    }
    return prove(await this.known.books);
  }
}

export function prove(books: SupplyTotals): Supply {
  const sum = (types: readonly TransactionType[]): number => types.reduce((all, type) => all + books.ledger[type], 0);
  const [issued, spent] = [sum(issuingTypes), sum(spendingTypes)];
  const liabilities = books.balances + books.inFlight;
  const proof = { ...books, issued, spent, liabilities };
  return { ...proof, faults: faultsOf(proof) };
}

/** Rounded down to six digits: what is not quite covered never shows as 1. */
export function ratioOf({ treasuryUnits, liabilities }: Pick<Supply, 'treasuryUnits' | 'liabilities'>): number | null {
  return liabilities === 0 ? null : Number((treasuryUnits * 1_000_000n) / unitsOf(liabilities)) / 1_000_000;
}

function faultsOf(proof: Omit<Supply, 'faults'>): SupplyFault[] {
  const { balances, issued, spent, withdrawn, inFlight, deposited, liabilities, ledger } = proof;
  const { openingUnits, inUnits, outUnits, treasuryUnits, halted } = proof;
  const expected = issued - spent - withdrawn - inFlight + deposited;
  const explained = openingUnits + inUnits - outUnits;
  const { transfer_sent: sent, transfer_received: received } = ledger;
  const findings: [boolean, SupplyFault['code'], string][] = [
    [balances !== expected, 'BOOKS_DO_NOT_BALANCE', `Balances are ${balances}, the movements give ${expected}.`],
    [sent !== received, 'TRANSFERS_DO_NOT_MATCH', `${sent} were sent, ${received} received.`],
    [
      ...([explained !== treasuryUnits, 'TREASURY_NOT_EXPLAINED'] as const),
      `The treasury holds ${treasuryUnits}, its ordered and booked transfers give ${explained}.`,
    ],
    [
      ...([treasuryUnits < unitsOf(liabilities), 'TREASURY_BELOW_LIABILITIES'] as const),
      `The treasury holds ${treasuryUnits}, ${unitsOf(liabilities)} are owed.`,
    ],
    [halted > 0, 'HOT_WALLET_HALTED', 'Payments wait until an administrator has looked.'],
  ];
  return findings.filter(([isFault]) => isFault).map(([, code, detail]) => ({ code, detail }));
}
