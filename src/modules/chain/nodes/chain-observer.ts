import { Injectable } from '@nestjs/common';
import { Chain } from '../settings/chain-settings';
import { topicOf, transfersOf, transferTopic, type ChainView } from './chain-view';
import { linkedHeaders } from './linked-headers';
import { verifyFinalBlock, requireAgreement } from './final-block-check';
import { Node, NodeFault, type Header, type TokenLog } from './node';
import { Nodes } from './nodes';
import type { SettledState } from './settled-state';

/** Where the books of the chain begin. */
export interface Opening {
  final: Header;
  units: bigint;
  supply: bigint;
  /** How many nonces the treasury had consumed at the head, and at that block. */
  nonce: number;
  finalNonce: number;
}

/** The settled past is not the chain's: a reorganisation deeper than finality, or a node of another chain. */
export class FinalBlockGone extends NodeFault {
  override name = 'FinalBlockGone';
}

interface BlockRange {
  settled: SettledState;
  final: Header;
  head: Header;
  headers: readonly Header[];
}

/** Blocks of one log query, and log queries of one look: an outage of days is caught up in several. */
const blocksPerQuery = 2_000;
const queriesPerLook = 20;

/**
 * Looks at the chain: the same number of questions however many withdrawals are under way. Whatever does not fit
 * together is a NodeFault, and nothing has been seen.
 */
@Injectable()
export class ChainObserver {
  constructor(
    private readonly chain: Chain,
    private readonly nodes: Nodes,
  ) {}

  /** @throws ChainUnavailable */
  look(settled: SettledState): Promise<ChainView> {
    return this.nodes.read((node, others) => this.lookThrough(node, others, settled));
  }

  /** The newest block that is final by now, for a chain that was never looked at. @throws ChainUnavailable */
  opening(treasury: string): Promise<Opening> {
    return this.nodes.read(async (node, others) => {
      if ((await node.chainId()) !== this.chain.settings.chainId) throw new NodeFault('a node of another chain');
      const [head, tagged] = await this.marks(node);
      const final = await node.block(this.finalNumber(head, tagged));
      await requireAgreement(others, final);
      const [units, supply, nonce, finalNonce] = await Promise.all([
        ...[node.balance(treasury, final.number), node.supply(final.number)],
        ...[node.nonce(treasury, head.number), node.nonce(treasury, final.number)],
      ] as const);
      return { final, units, supply, nonce, finalNonce };
    });
  }

  private async lookThrough(node: Node, others: readonly Node[], settled: SettledState): Promise<ChainView> {
    const [[head, tagged], past] = await Promise.all([this.marks(node), node.block(settled.final.number)]);
    if (past.hash !== settled.final.hash) throw new FinalBlockGone(`block ${past.number} is not the one settled`);
    if (head.number < settled.final.number) throw new NodeFault('the head lies before the final block');
    const reach = settled.final.number + blocksPerQuery * queriesPerLook;
    const number = Math.max(settled.final.number, Math.min(this.finalNumber(head, tagged), reach));
    const final = number === settled.final.number ? past : number === head.number ? head : await node.block(number);
    const headers = await linkedHeaders(node, final, head, settled.headers);
    const seen = await this.transfers(node, others, { settled, final, head, headers });
    const [after, finalNumber] = [settled.final.number, final.number];
    const account = { contract: this.chain.settings.contract, treasury: settled.treasury, after, finalNumber };
    return {
      head,
      final,
      headers,
      ...seen,
      ...(await verifyFinalBlock(node, others, { settled, final, seen, account })),
    };
  }

  private async marks(node: Node): Promise<[Header, Header | null]> {
    return Promise.all([node.block('latest'), this.chain.settings.usesFinalizedTag ? node.block('finalized') : null]);
  }

  private finalNumber(head: Header, tagged: Header | null): number {
    const deepEnough = Math.max(0, head.number - this.chain.settings.confirmations);
    return tagged ? Math.min(deepEnough, tagged.number) : deepEnough;
  }

  private async transfers(
    node: Node,
    others: readonly Node[],
    { settled, final, head, headers }: BlockRange,
  ): Promise<Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce' | 'pendingNonce'>> {
    const treasury = topicOf(settled.treasury);
    const from = settled.final.number + 1;
    const to = Math.min(head.number, from + blocksPerQuery * queriesPerLook);
    const [outgoing, incoming, headNonce, pending] = await Promise.all([
      logsOf(node, [transferTopic, treasury], from, to),
      logsOf(node, [transferTopic, null, treasury], from, to),
      node.nonce(settled.treasury, head.number),
      Promise.all([node.nonce(settled.treasury, 'pending'), ...others.map((other) => pooled(other, settled.treasury))]),
    ]);
    await requireCanonical(node, [...outgoing, ...incoming], final, headers);
    const pendingNonce = Math.max(headNonce, ...pending);
    return { outgoing: transfersOf(outgoing), incoming: transfersOf(incoming), headNonce, pendingNonce };
  }
}

/** One pool that knows more than ours is enough to doubt our books; one that is silent says nothing. */
const pooled = (node: Node, treasury: string): Promise<number> => node.nonce(treasury, 'pending').catch(() => 0);

async function logsOf(node: Node, topics: (string | null)[], from: number, to: number): Promise<TokenLog[]> {
  const ranges: Promise<TokenLog[]>[] = [];
  for (let start = from; start <= to; start += blocksPerQuery)
    ranges.push(node.logs(topics, start, Math.min(to, start + blocksPerQuery - 1)));
  return (await Promise.all(ranges)).flat();
}

/** Each log lies in a block of the one chain we look at, not of one that has just left it. */
async function requireCanonical(
  node: Node,
  logs: readonly TokenLog[],
  final: Header,
  headers: readonly Header[],
): Promise<void> {
  const known = new Map([final, ...headers].map(({ number, hash }) => [number, hash]));
  const older = new Set(logs.map((log) => log.blockNumber).filter((number) => !known.has(number)));
  const fetched = await Promise.all([...older].map((number) => node.block(number)));
  for (const { number, hash } of fetched) known.set(number, hash);
  if (logs.some((log) => known.get(log.blockNumber) !== log.blockHash))
    throw new NodeFault('eth_getLogs: a log of a block that is not in the chain');
}
