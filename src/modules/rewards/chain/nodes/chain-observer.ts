import { Injectable } from '@nestjs/common';
import { Chain } from '../chain';
import { sumOf, topicOf, transfersOf, transferTopic, type ChainView, type TokenTransfer } from './chain-view';
import { linkedHeaders } from './linked-headers';
import { Node, NodeFault, type Header, type TokenLog } from './node';
import { Nodes } from './nodes';

/** What was settled before: the mark, what the treasury held there, and the headers known after it. */
export interface Settled {
  final: Pick<Header, 'number' | 'hash'>;
  treasury: string;
  treasuryUnits: bigint;
  supplyUnits: bigint;
  finalNonce: number;
  headers: readonly Pick<Header, 'number' | 'hash' | 'parentHash'>[];
}

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
  look(settled: Settled): Promise<ChainView> {
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

  private async lookThrough(node: Node, others: readonly Node[], settled: Settled): Promise<ChainView> {
    const [[head, tagged], past] = await Promise.all([this.marks(node), node.block(settled.final.number)]);
    if (past.hash !== settled.final.hash) throw new FinalBlockGone(`block ${past.number} is not the one settled`);
    if (head.number < settled.final.number) throw new NodeFault('the head lies before the final block');
    const reach = settled.final.number + blocksPerQuery * queriesPerLook;
    const number = Math.max(settled.final.number, Math.min(this.finalNumber(head, tagged), reach));
    const final = number === settled.final.number ? past : number === head.number ? head : await node.block(number);
    const headers = await linkedHeaders(node, final, head, settled.headers);
    const seen = await this.transfers(node, settled, final, head, headers);
    return { head, final, headers, ...seen, ...(await this.balances(node, others, settled, final, seen)) };
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
    settled: Settled,
    final: Header,
    head: Header,
    headers: readonly Header[],
  ): Promise<Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce'>> {
    const treasury = topicOf(settled.treasury);
    const from = settled.final.number + 1;
    const to = Math.min(head.number, from + blocksPerQuery * queriesPerLook);
    const [outgoing, incoming, headNonce] = await Promise.all([
      logsOf(node, [transferTopic, treasury], from, to),
      logsOf(node, [transferTopic, null, treasury], from, to),
      node.nonce(settled.treasury, head.number),
    ]);
    await requireCanonical(node, [...outgoing, ...incoming], final, headers);
    return { outgoing: transfersOf(outgoing), incoming: transfersOf(incoming), headNonce };
  }

  /** The balance at the final block proves the logs: one too few or too many and it is not explained by them. */
  private async balances(
    node: Node,
    others: readonly Node[],
    settled: Settled,
    final: Header,
    { outgoing, incoming, headNonce }: Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce'>,
  ): Promise<Pick<ChainView, 'treasuryUnits' | 'supplyUnits' | 'finalNonce'>> {
    const { treasury, treasuryUnits, supplyUnits, finalNonce } = settled;
    if (final.number === settled.final.number) return { treasuryUnits, supplyUnits, finalNonce };
    const [units, supply, nonce] = await Promise.all([
      node.balance(treasury, final.number),
      node.supply(final.number),
      node.nonce(treasury, final.number),
      requireAgreement(others, final),
    ]);
    const settledNow = (all: TokenTransfer[]): bigint => sumOf(all.filter((one) => one.blockNumber <= final.number));
    if (units !== treasuryUnits + settledNow(incoming) - settledNow(outgoing))
      throw new NodeFault(`the transfers do not explain the treasury at block ${final.number}`);
    if (nonce < finalNonce || nonce > headNonce) throw new NodeFault('the count of nonces goes back');
    return { treasuryUnits: units, supplyUnits: supply, finalNonce: nonce };
  }
}

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

/** With more nodes than one, another must have the same final block, and none a different one. */
async function requireAgreement(others: readonly Node[], final: Header): Promise<void> {
  if (others.length === 0) return;
  const blocks = await Promise.all(others.map((other) => other.block(final.number).catch(() => null)));
  const said = blocks.filter((block) => block !== null);
  if (said.length === 0) throw new NodeFault('no other node confirms the final block');
  if (said.some((block) => block.hash !== final.hash)) throw new NodeFault('the nodes differ at the final block');
}
