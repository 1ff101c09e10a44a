import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { nodeMessageOf } from '../../../platform/internals/ethers-node-error';
import { Metrics } from '../../../platform/metrics/metrics';
import { ChainUnavailable } from '../chain.errors';
import { ChainConfig } from '../settings/chain-settings';
import { Node, NodeFault } from './node';

export type BroadcastResult = { accepted: true } | { accepted: false; refusal: string };

/** Errors by which a node refuses a transaction before it enters the pool. After any other error the transaction may be in the pool. */
const refusedMessage =
  /insufficient funds|underpriced|intrinsic gas|fee cap|max fee per gas less than|gas required exceeds|exceeds block gas limit|tip above fee/i;

const bucketsSeconds = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The configured nodes. Reads go to the first node that responds, broadcasts go to all. */
@Injectable()
export class Nodes implements OnModuleDestroy {
  private readonly seconds;
  private created: Node[] | undefined;

  constructor(
    private readonly chain: ChainConfig,
    metrics: Metrics,
  ) {
    // No label for the node: its address is often a secret. The outcome `fault` is an error, a timeout or a refusal.
    const help = 'Duration of requests to nodes of the chain, by method and outcome';
    this.seconds = metrics.histogram('teoart_chain_rpc_seconds', help, ['method', 'outcome'], bucketsSeconds);
  }

  onModuleDestroy(): void {
    for (const node of this.created ?? []) node.close();
  }

  get all(): readonly Node[] {
    const { settings } = this.chain;
    return (this.created ??= settings.rpcUrls.map((url) => new Node(url, settings, this.startTimer)));
  }

  /**
   * Runs `ask` on one node, so that all it reads comes from the same node. After a NodeFault, `ask` runs again on the next node.
   * @throws ChainUnavailable
   */
  async read<T>(ask: (node: Node, others: readonly Node[]) => Promise<T>): Promise<T> {
    const faults: NodeFault[] = [];
    for (const node of this.all) {
      const others = this.all.filter((other) => other !== node);
      try {
        return await ask(node, others);
      } catch (error) {
        if (!(error instanceof NodeFault)) throw error;
        faults.push(error);
      }
    }
    throw new ChainUnavailable(new AggregateError(faults, faults.map((fault) => fault.message).join('; ')));
  }

  /** Sends to every node. The result is a refusal only if every node has refused the transaction. */
  async broadcast(raw: string): Promise<BroadcastResult> {
    const outcomes = await Promise.all(
      this.all.map((node) => node.sendRawTransaction(raw).then(() => null, refusalOf)),
    );
    const refusals = outcomes.filter((refusal) => refusal !== null);
    const isRefused = refusals.length === outcomes.length;
    return isRefused ? { accepted: false, refusal: refusals.join('; ') } : { accepted: true };
  }

  private readonly startTimer = (method: string) => {
    const end = this.seconds.startTimer({ method });
    return (hasResponse: boolean) => void end({ outcome: hasResponse ? 'ok' : 'fault' });
  };
}

/** Null where the node may have the transaction: "already known", "nonce too low", no response, or an unknown error. */
function refusalOf(error: unknown): string | null {
  const message = nodeMessageOf(error);
  return message !== undefined && refusedMessage.test(message) ? message.slice(0, 200) : null;
}
