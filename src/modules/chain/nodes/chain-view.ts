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

/** The data that one node returned in one poll. They were checked as far as possible. */
export interface ChainView {
  head: Header;
  /** The new final block, or the final block of the cursor if no other block became final. */
  final: Pick<Header, 'number' | 'hash'>;
  /** The headers after `final` up to the head. Each is the parent of the next. */
  headers: Header[];
  /** The transfers in the blocks after the cursor's final block, up to the head. */
  outgoing: TokenTransfer[];
  incoming: TokenTransfer[];
  /** The number of nonces that the treasury has used at the head. */
  headNonce: number;
  /** The same number, including the transactions in the pools of all nodes. */
  pendingNonce: number;
  /** The number of nonces that the treasury has used at the final block. */
  finalNonce: number;
  /** The tokens of the treasury, and of all accounts, at the final block. */
  treasuryUnits: bigint;
  supplyUnits: bigint;
}

/** Logs are found by topics. The first topic of a transfer is the hash of the event, the next two are its accounts in 32 bytes each. */
export const transferTopic = (): string => token().getEvent('Transfer')!.topicHash;
export const topicOf = (account: string): string => `0x${account.slice(2).padStart(64, '0')}`;

/**
 * Decodes the transfers in the logs, each once, in the order of their blocks. Transfers of 0 units are left out, because they change
 * nothing, and anybody can send one in the name of the treasury.
 */
export function decodeTransfers(logs: readonly TokenLog[]): TokenTransfer[] {
  const logsByPosition = new Map(logs.map((log) => [`${log.blockHash}:${log.logIndex}`, log]));
  const sortedLogs = [...logsByPosition.values()].sort(
    (first, second) => first.blockNumber - second.blockNumber || first.logIndex - second.logIndex,
  );
  const countByTransaction = new Map<string, number>();
  const transfers: TokenTransfer[] = [];
  for (const log of sortedLogs) {
    const { from, to, units } = decodeLog(log);
    if (units === 0n) continue;
    const { transactionHash: txHash, blockNumber, blockHash } = log;
    const ordinal = countByTransaction.get(txHash) ?? 0;
    countByTransaction.set(txHash, ordinal + 1);
    transfers.push({ txHash, ordinal, from, to, units, blockNumber, blockHash });
  }
  return transfers;
}

function decodeLog({ topics, data }: TokenLog): { from: string; to: string; units: bigint } {
  const contract = token();
  try {
    const parsed = contract.parseLog({ topics, data });
    const [from, to, units] = parsed!.args as unknown as [string, string, bigint];
    return { from: from.toLowerCase(), to: to.toLowerCase(), units };
  } catch (cause) {
    throw new NodeFault('eth_getLogs: the node returned a log that is not a Transfer', { cause });
  }
}
