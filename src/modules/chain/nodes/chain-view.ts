import type { Header, TokenLog } from './node';
import { NodeFault } from './node';
import { token } from '../settings/token';

/** A transfer of tokens from or to the treasury. Addresses and hashes are lower case. */
export interface TokenTransfer {
  txHash: string;
  /** Position among the transfers of the same direction in the transaction, from 0. */
  ordinal: number;
  from: string;
  to: string;
  units: bigint;
  blockNumber: number;
  blockHash: string;
}

/** The part of the chain that one node showed in one poll, checked as far as possible. */
export interface ChainView {
  head: Header;
  /** The new final block, or the one of the cursor if no block became final. */
  final: Pick<Header, 'number' | 'hash'>;
  /** The headers after `final` up to the head, each the parent of the next. */
  headers: Header[];
  /** The transfers in the blocks after the cursor's final block, up to the head. */
  outgoing: TokenTransfer[];
  incoming: TokenTransfer[];
  /** How many nonces the treasury has used at the head. */
  headNonce: number;
  /** The same with the transactions in the pools of all nodes. */
  pendingNonce: number;
  finalNonce: number;
  /** At the final block, like `finalNonce`. */
  treasuryUnits: bigint;
  supplyUnits: bigint;
}

export const transferTopic = token.getEvent('Transfer')!.topicHash;
export const topicOf = (account: string): string => `0x${account.slice(2).padStart(64, '0')}`;

/**
 * The transfers in the logs, each once, in the order of their blocks. A transfer of 0 is left out: it changes nothing, and anybody
 * can send one in the name of the treasury.
 */
export function transfersOf(logs: readonly TokenLog[]): TokenTransfer[] {
  const once = new Map(logs.map((log) => [`${log.blockHash}:${log.logIndex}`, log]));
  const sorted = [...once.values()].sort(
    (one, other) => one.blockNumber - other.blockNumber || one.logIndex - other.logIndex,
  );
  const counts = new Map<string, number>();
  const transfers: TokenTransfer[] = [];
  for (const log of sorted) {
    const { from, to, value } = decoded(log);
    if (value === 0n) continue;
    const ordinal = counts.get(log.transactionHash) ?? 0;
    counts.set(log.transactionHash, ordinal + 1);
    const { transactionHash: txHash, blockNumber, blockHash } = log;
    transfers.push({ txHash, ordinal, from, to, units: value, blockNumber, blockHash });
  }
  return transfers;
}

function decoded({ topics, data }: TokenLog): { from: string; to: string; value: bigint } {
  try {
    const parsed = token.parseLog({ topics, data });
    const [from, to, value] = parsed!.args as unknown as [string, string, bigint];
    return { from: from.toLowerCase(), to: to.toLowerCase(), value };
  } catch (cause) {
    throw new NodeFault('eth_getLogs: the node returned a log that is not a Transfer', { cause });
  }
}

export const sumOf = (transfers: readonly TokenTransfer[]): bigint =>
  transfers.reduce((sum, { units }) => sum + units, 0n);
