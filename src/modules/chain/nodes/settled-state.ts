import type { Header } from './node';
import type { SignedTransaction } from './nonce-consumer';

export type SignedNonce = SignedTransaction & { nonce: number };

/** The state that the last poll has stored: the final block, the tokens and nonces of the treasury at that block, and the headers after it. */
export interface SettledState {
  final: Pick<Header, 'number' | 'hash'>;
  treasury: string;
  treasuryUnits: bigint;
  supplyUnits: bigint;
  finalNonce: number;
  headers: readonly Pick<Header, 'number' | 'hash' | 'parentHash'>[];
  /** Reads the transactions that are signed with `finalNonce` or a later nonce, of withdrawals that have not ended. */
  listSigned: () => Promise<SignedNonce[]>;
}
