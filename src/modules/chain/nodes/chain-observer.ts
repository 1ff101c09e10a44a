import { Injectable } from '@nestjs/common';
import { ChainConfig } from '../settings/chain-settings';
import { decodeTransfers, topicOf, transferTopic, type ChainView } from './chain-view';
import { requireAgreement, verifyFinalBlock } from './final-block-check';
import { readLinkedHeaders } from './linked-headers';
import { Node, NodeFault, type Header, type TokenLog } from './node';
import { Nodes } from './nodes';
import type { SettledState } from './settled-state';

/** The block from which on the school records the chain, and the tokens of the treasury and of all accounts at that block. */
export interface Opening {
  final: Header;
  treasuryUnits: bigint;
  supplyUnits: bigint;
  /** The number of nonces that the treasury has used at the head, and at the final block. */
  headNonce: number;
  finalNonce: number;
}

/** The node does not have the block that was settled as final, because of a reorganisation deeper than finality or because it is of another chain. */
export class FinalBlockGone extends NodeFault {
  override name = 'FinalBlockGone';
}

interface BlockRange {
  settled: SettledState;
  final: Header;
  head: Header;
  headers: readonly Header[];
}

/** Limits of one log query and of one poll. After an outage of days the school needs several polls to read all blocks. */
const maxBlocksPerQuery = 2_000;
const maxQueriesPerPoll = 20;
const maxBlocksPerPoll = maxBlocksPerQuery * maxQueriesPerPoll;

/**
 * Reads the chain. The number of requests does not grow with the withdrawals that are under way. Responses of a node that contradict each
 * other cause a NodeFault.
 */
@Injectable()
export class ChainObserver {
  constructor(
    private readonly chain: ChainConfig,
    private readonly nodes: Nodes,
  ) {}

  /** Reads the chain after the settled state. @throws ChainUnavailable */
  read(settled: SettledState): Promise<ChainView> {
    return this.nodes.read((node, others) => this.readFrom(node, others, settled));
  }

  /** Reads the newest final block, for a chain that was never polled. @throws ChainUnavailable */
  readOpening(treasury: string): Promise<Opening> {
    return this.nodes.read(async (node, others) => {
      await this.requireConfiguredChain(node);
      const [head, finalized] = await this.readNewestHeaders(node);
      const final = await node.getHeader(this.finalNumber(head, finalized));
      await requireAgreement(others, final);
      const [treasuryUnits, supplyUnits, headNonce, finalNonce] = await Promise.all([
        node.getTokenUnits(treasury, final.number),
        node.getSupplyUnits(final.number),
        node.countNonces(treasury, head.number),
        node.countNonces(treasury, final.number),
      ]);
      return { final, treasuryUnits, supplyUnits, headNonce, finalNonce };
    });
  }

  private async requireConfiguredChain(node: Node): Promise<void> {
    const nodeChainId = await node.getChainId();
    const { chainId } = this.chain.settings;
    if (nodeChainId !== chainId) throw new NodeFault(`The node is of chain ${nodeChainId}, but CHAIN_ID is ${chainId}`);
  }

  private async readFrom(node: Node, others: readonly Node[], settled: SettledState): Promise<ChainView> {
    const [[head, finalized], settledBlock] = await Promise.all([
      this.readNewestHeaders(node),
      node.getHeader(settled.final.number),
    ]);
    requireStillFinal(settledBlock, settled, head);
    const final = await this.readFinalHeader(node, settledBlock, head, finalized);
    const headers = await readLinkedHeaders(node, final, head, settled.headers);
    const activity = await this.readActivity(node, others, { settled, final, head, headers });
    const { contract } = this.chain.settings;
    const { treasury } = settled;
    const search = { contract, treasury, afterNumber: settledBlock.number, finalNumber: final.number };
    const finalState = await verifyFinalBlock(node, others, { settled, final, activity, search });
    return { head, final, headers, ...activity, ...finalState };
  }

  /** The newest block, and the newest block that the node calls finalized, if the configuration uses this tag. */
  private readNewestHeaders(node: Node): Promise<[head: Header, finalized: Header | null]> {
    const { usesFinalizedTag } = this.chain.settings;
    return Promise.all([node.getHeader('latest'), usesFinalizedTag ? node.getHeader('finalized') : null]);
  }

  private async readFinalHeader(
    node: Node,
    settledBlock: Header,
    head: Header,
    finalized: Header | null,
  ): Promise<Header> {
    const number = Math.min(this.finalNumber(head, finalized), settledBlock.number + maxBlocksPerPoll);
    if (number <= settledBlock.number) return settledBlock;
    return number === head.number ? head : node.getHeader(number);
  }

  /** A block is final if it is deep enough and, with the tag, the node calls it finalized. */
  private finalNumber(head: Header, finalized: Header | null): number {
    const deepEnough = Math.max(0, head.number - this.chain.settings.confirmations);
    return finalized ? Math.min(deepEnough, finalized.number) : deepEnough;
  }

  /** Reads the transfers and the nonce counts of the treasury since the settled block. */
  private async readActivity(
    node: Node,
    others: readonly Node[],
    { settled, final, head, headers }: BlockRange,
  ): Promise<Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce' | 'pendingNonce'>> {
    const { treasury } = settled;
    const first = settled.final.number + 1;
    const last = Math.min(head.number, first + maxBlocksPerPoll);
    const [outgoing, incoming, headNonce, ownPending, ...otherPending] = await Promise.all([
      readLogs(node, [transferTopic(), topicOf(treasury)], first, last),
      readLogs(node, [transferTopic(), null, topicOf(treasury)], first, last),
      node.countNonces(treasury, head.number),
      node.countNonces(treasury, 'pending'),
      // If one pool has more nonces, the count of the school is in doubt. A node that does not respond proves nothing and counts as 0.
      ...others.map((other) => other.countNonces(treasury, 'pending').catch(() => 0)),
    ]);
    await requireCanonical(node, [...outgoing, ...incoming], final, headers);
    const pendingNonce = Math.max(headNonce, ownPending, ...otherPending);
    return { outgoing: decodeTransfers(outgoing), incoming: decodeTransfers(incoming), headNonce, pendingNonce };
  }
}

function requireStillFinal(settledBlock: Header, settled: SettledState, head: Header): void {
  const { number, hash } = settledBlock;
  if (hash !== settled.final.hash)
    throw new FinalBlockGone(`Block ${number} of the node has another hash than the block settled as final`);
  if (head.number < number)
    throw new NodeFault(`The head ${head.number} of the node is below the final block ${number}`);
}

async function readLogs(node: Node, topics: (string | null)[], first: number, last: number): Promise<TokenLog[]> {
  const queries: Promise<TokenLog[]>[] = [];
  for (let start = first; start <= last; start += maxBlocksPerQuery) {
    const end = Math.min(last, start + maxBlocksPerQuery - 1);
    queries.push(node.listLogs(topics, start, end));
  }
  return (await Promise.all(queries)).flat();
}

/** Each log must be in a block that is on the chain, and not in a block that a reorganisation has just removed. */
async function requireCanonical(
  node: Node,
  logs: readonly TokenLog[],
  final: Header,
  headers: readonly Header[],
): Promise<void> {
  const hashes = new Map([final, ...headers].map(({ number, hash }) => [number, hash]));
  const unknownNumbers = new Set(logs.map((log) => log.blockNumber).filter((number) => !hashes.has(number)));
  const olderHeaders = await Promise.all([...unknownNumbers].map((number) => node.getHeader(number)));
  for (const { number, hash } of olderHeaders) hashes.set(number, hash);
  const orphan = logs.find((log) => hashes.get(log.blockNumber) !== log.blockHash);
  if (orphan)
    throw new NodeFault(`eth_getLogs: a log of block ${orphan.blockNumber} names a hash that is not on the chain`);
}
