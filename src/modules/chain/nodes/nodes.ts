import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Chain } from '../settings/chain-settings';
import { ChainUnavailable } from '../chain.errors';
import { Node, NodeFault } from './node';
import { NodeRequests } from './node-requests';

/** What a node, or the way to it, said of a transaction. */
export type BroadcastResult = { accepted: true } | { accepted: false; refusal: string };

/** Said before a transaction enters a mempool: it is nowhere. Anything else may have been sent. */
const refused =
  /insufficient funds|underpriced|intrinsic gas|fee cap|max fee per gas less than|gas required exceeds|exceeds block gas limit|tip above fee/i;

/** The nodes of the configuration, in order: reads go to the first that answers, broadcasts to all. */
@Injectable()
export class Nodes implements OnModuleDestroy {
  private made: Node[] | undefined;

  constructor(
    private readonly chain: Chain,
    private readonly requests: NodeRequests,
  ) {}

  onModuleDestroy(): void {
    for (const node of this.made ?? []) node.close();
  }

  get all(): readonly Node[] {
    return (this.made ??= this.chain.settings.rpcUrls.map(
      (url) => new Node(url, this.chain.settings, this.requests.watch),
    ));
  }

  /**
   * Asks one node all that belongs together, and the next one everything again when the first has a fault.
   * @throws ChainUnavailable
   */
  async read<T>(ask: (node: Node, others: readonly Node[]) => Promise<T>): Promise<T> {
    const faults: NodeFault[] = [];
    for (const node of this.all) {
      try {
        return await ask(
          node,
          this.all.filter((other) => other !== node),
        );
      } catch (error) {
        if (!(error instanceof NodeFault)) throw error;
        faults.push(error);
      }
    }
    throw new ChainUnavailable(new AggregateError(faults, faults.map((fault) => fault.message).join('; ')));
  }

  /** To every node. Refused only where each of them has proved that it did not take it. */
  async broadcast(raw: string): Promise<BroadcastResult> {
    const said = await Promise.all(this.all.map((node) => node.send(raw).then(() => null, refusalOf)));
    const refusals = said.filter((refusal) => refusal !== null);
    return refusals.length === said.length ? { accepted: false, refusal: refusals.join('; ') } : { accepted: true };
  }
}

/** Null where the node may have it: already known, nonce too low, no answer, an answer that means nothing. */
function refusalOf(error: unknown): string | null {
  const inner = (error as { error?: { message?: string }; info?: { error?: { message?: string } } }) ?? {};
  const message = inner.error?.message ?? inner.info?.error?.message;
  return message !== undefined && refused.test(message) ? message.slice(0, 200) : null;
}
