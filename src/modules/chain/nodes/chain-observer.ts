import { Injectable } from '@nestjs/common';
import { ChainConfig } from '../settings/chain-settings';
import { topicOf, transfersOf, transferTopic, type ChainView } from './chain-view';
import { requireAgreement, verifyFinalBlock } from './final-block-check';
import { linkedHeaders } from './linked-headers';
import { Node, NodeFault, type Header, type TokenLog } from './node';
import { Nodes } from './nodes';
import type { SettledState } from './settled-state';

/** The block from which on the school records the chain, and the state of the treasury there. */
export interface Opening {
  final: Header;
  units: bigint;
  supply: bigint;
  /** How many nonces the treasury has used at the head, and at that block. */
  nonce: number;
  finalNonce: number;
}

/** The node does not have the block that was settled as final: a reorganisation deeper than finality, or a node of another chain. */
export class FinalBlockGone extends NodeFault {
  override name = 'FinalBlockGone';
}

interface BlockRange {
  settled: SettledState;
  final: Header;
  head: Header;
  headers: readonly Header[];
}

/** Limits of one log query and of one poll. After an outage of days several polls are needed to catch up. */
const maxBlocksPerQuery = 2_000;
const maxQueriesPerPoll = 20;
const maxBlocksPerPoll = maxBlocksPerQuery * maxQueriesPerPoll;

/** Reads the chain with a constant number of requests, however many withdrawals are under way. Contradictions in what a node shows are a NodeFault. */
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
      const [chainId, expected] = [await node.chainId(), this.chain.settings.chainId];
      if (chainId !== expected) throw new NodeFault(`The node is of chain ${chainId}, but CHAIN_ID is ${expected}`);
      const [head, finalized] = await this.headBlocks(node);
      const final = await node.block(this.finalNumber(head, finalized));
      await requireAgreement(others, final);
      const [units, supply, nonce, finalNonce] = await Promise.all([
        node.balance(treasury, final.number),
        node.supply(final.number),
        node.nonce(treasury, head.number),
        node.nonce(treasury, final.number),
      ]);
      return { final, units, supply, nonce, finalNonce };
    });
  }

  private async readFrom(node: Node, others: readonly Node[], settled: SettledState): Promise<ChainView> {
    const [[head, finalized], past] = await Promise.all([this.headBlocks(node), node.block(settled.final.number)]);
    if (past.hash !== settled.final.hash)
      throw new FinalBlockGone(`Block ${past.number} of the node has another hash than the block settled as final`);
    if (head.number < past.number)
      throw new NodeFault(`The head ${head.number} of the node is below the final block ${past.number}`);
    const final = await this.finalBlock(node, past, head, finalized);
    const headers = await linkedHeaders(node, final, head, settled.headers);
    const seen = await this.transfers(node, others, { settled, final, head, headers });
    const { contract } = this.chain.settings;
    const search = { contract, treasury: settled.treasury, after: past.number, finalNumber: final.number };
    return {
      head,
      final,
      headers,
      ...seen,
      ...(await verifyFinalBlock(node, others, { settled, final, seen, search })),
    };
  }

  private headBlocks(node: Node): Promise<[Header, Header | null]> {
    return Promise.all([node.block('latest'), this.chain.settings.usesFinalizedTag ? node.block('finalized') : null]);
  }

  private async finalBlock(node: Node, past: Header, head: Header, finalized: Header | null): Promise<Header> {
    const number = Math.min(this.finalNumber(head, finalized), past.number + maxBlocksPerPoll);
    if (number <= past.number) return past;
    return number === head.number ? head : node.block(number);
  }

  private finalNumber(head: Header, finalized: Header | null): number {
    const deepEnough = Math.max(0, head.number - this.chain.settings.confirmations);
    return finalized ? Math.min(deepEnough, finalized.number) : deepEnough;
  }

  private async transfers(
    node: Node,
    others: readonly Node[],
    { settled, final, head, headers }: BlockRange,
  ): Promise<Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce' | 'pendingNonce'>> {
    const treasury = topicOf(settled.treasury);
    const from = settled.final.number + 1;
    const to = Math.min(head.number, from + maxBlocksPerPoll);
    const [outgoing, incoming, headNonce, pending] = await Promise.all([
      logsOf(node, [transferTopic, treasury], from, to),
      logsOf(node, [transferTopic, null, treasury], from, to),
      node.nonce(settled.treasury, head.number),
      Promise.all([
        node.nonce(settled.treasury, 'pending'),
        // One pool with more nonces is enough to doubt the school's count. A node that does not respond proves nothing.
        ...others.map((other) => other.nonce(settled.treasury, 'pending').catch(() => 0)),
      ]),
    ]);
    await requireCanonical(node, [...outgoing, ...incoming], final, headers);
    const pendingNonce = Math.max(headNonce, ...pending);
    return { outgoing: transfersOf(outgoing), incoming: transfersOf(incoming), headNonce, pendingNonce };
  }
}

async function logsOf(node: Node, topics: (string | null)[], from: number, to: number): Promise<TokenLog[]> {
  const ranges: Promise<TokenLog[]>[] = [];
  for (let start = from; start <= to; start += maxBlocksPerQuery)
    ranges.push(node.logs(topics, start, Math.min(to, start + maxBlocksPerQuery - 1)));
  return (await Promise.all(ranges)).flat();
}

/** Each log must be in a block of the chain that was read, not in a block that has just left it. */
async function requireCanonical(
  node: Node,
  logs: readonly TokenLog[],
  final: Header,
  headers: readonly Header[],
): Promise<void> {
  const hashes = new Map([final, ...headers].map(({ number, hash }) => [number, hash]));
  const older = new Set(logs.map((log) => log.blockNumber).filter((number) => !hashes.has(number)));
  const fetched = await Promise.all([...older].map((number) => node.block(number)));
  for (const { number, hash } of fetched) hashes.set(number, hash);
  const wrong = logs.find((log) => hashes.get(log.blockNumber) !== log.blockHash);
  if (wrong)
    throw new NodeFault(`eth_getLogs: a log of block ${wrong.blockNumber} names a hash that is not on the chain`);
}
