import type { Header, TokenLog } from './node';
import { NodeFault } from './node';
import { token } from '../settings/token';

/** A movement of the token from or to the treasury. Addresses and hashes are lower case. */
export interface TokenTransfer {
  txHash: string;
  /** Its place among the transfers of the same direction in its transaction, from 0. */
  ordinal: number;
  from: string;
  to: string;
  units: bigint;
  blockNumber: number;
  blockHash: string;
}

/** What one node showed of the chain at one moment, checked as far as one can. */
export interface ChainView {
  head: Header;
  /** The new final block; that of the cursor where nothing became final. */
  final: Pick<Header, 'number' | 'hash'>;
  /** From the block after `final` to the head, each the parent of the next. */
  headers: Header[];
  /** Of the blocks after the cursor's final one, up to the head. */
  outgoing: TokenTransfer[];
  incoming: TokenTransfer[];
  /** How many nonces of the treasury are consumed, and how many with those in the pools. */
  headNonce: number;
  pendingNonce: number;
  finalNonce: number;
  /** At the final block. */
  treasuryUnits: bigint;
  supplyUnits: bigint;
}

export const transferTopic = token.getEvent('Transfer')!.topicHash;
export const topicOf = (account: string): string => `0x${account.slice(2).padStart(64, '0')}`;

/**
 * Transfers from logs: each once, in the order of their blocks. One of nothing changes nothing and costs its sender
 * nothing either, in anybody's name: left out.
 */
export function transfersOf(logs: readonly TokenLog[]): TokenTransfer[] {
  const once = new Map(logs.map((log) => [`${log.blockHash}:${log.logIndex}`, log]));
  const ordered = [...once.values()].sort(
    (one, other) => one.blockNumber - other.blockNumber || one.logIndex - other.logIndex,
  );
  const places = new Map<string, number>();
  const transfers: TokenTransfer[] = [];
  for (const log of ordered) {
    const { from, to, value } = decoded(log);
    if (value === 0n) continue;
    const ordinal = places.get(log.transactionHash) ?? 0;
    places.set(log.transactionHash, ordinal + 1);
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
    throw new NodeFault('eth_getLogs: a log that is no Transfer', { cause });
  }
}

export const sumOf = (transfers: readonly TokenTransfer[]): bigint =>
  transfers.reduce((sum, { units }) => sum + units, 0n);
