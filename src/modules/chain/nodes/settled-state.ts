import type { Header } from './node';
import type { SignedTransaction } from './nonce-consumer';

export type SignedNonce = SignedTransaction & { nonce: number };

/** What the last poll settled: the final block, the state of the treasury at it, and the headers after it. */
export interface SettledState {
  final: Pick<Header, 'number' | 'hash'>;
  treasury: string;
  treasuryUnits: bigint;
  supplyUnits: bigint;
  finalNonce: number;
  headers: readonly Pick<Header, 'number' | 'hash' | 'parentHash'>[];
  /** The transactions signed for nonces from `finalNonce` on, of withdrawals that have not ended. */
  listSigned: () => Promise<SignedNonce[]>;
}
