import type { Header } from './node';
import type { Signed } from './nonce-consumer';

export type SignedFor = Signed & { nonce: number };

/** What was settled before: the mark, what the treasury held there, and the headers known after it. */
export interface SettledState {
  final: Pick<Header, 'number' | 'hash'>;
  treasury: string;
  treasuryUnits: bigint;
  supplyUnits: bigint;
  finalNonce: number;
  headers: readonly Pick<Header, 'number' | 'hash' | 'parentHash'>[];
  /** What was signed for the nonces from `finalNonce` on, of withdrawals that have not ended. */
  signed: () => Promise<SignedFor[]>;
}
