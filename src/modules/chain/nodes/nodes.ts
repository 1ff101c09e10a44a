import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { nodeMessageOf } from '../../../platform/internals/ethers-node-error';
import { Metrics } from '../../../platform/metrics/metrics';
import { ChainUnavailable } from '../chain.errors';
import { ChainConfig } from '../settings/chain-settings';
import { Node, NodeFault } from './node';

export type BroadcastResult = { accepted: true } | { accepted: false; refusal: string };

/** The messages with which a node refuses a transaction before it enters the pool. After any other error the transaction may be in the pool. */
const refusalMessage =
  /insufficient funds|underpriced|intrinsic gas|fee cap|max fee per gas less than|gas required exceeds|exceeds block gas limit|tip above fee/i;

const bucketsSeconds = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The configured nodes. Reads go to the first node that responds, broadcasts go to all. */
@Injectable()
export class Nodes implements OnModuleDestroy {
  private readonly requestSeconds;
  private created: Node[] | undefined;

  constructor(
    private readonly chain: ChainConfig,
    metrics: Metrics,
  ) {
    // The metric has no label for the node, because its address is often a secret. The outcome `fault` is an error, a timeout or a refusal.
    const help = 'Duration of requests to nodes of the chain, by method and outcome';
    this.requestSeconds = metrics.histogram('teoart_chain_rpc_seconds', help, ['method', 'outcome'], bucketsSeconds);
  }

  onModuleDestroy(): void {
    for (const node of this.created ?? []) node.close();
  }

  get all(): readonly Node[] {
    const { settings } = this.chain;
    this.created ??= settings.rpcUrls.map((url) => new Node(url, settings, this.startTimer));
    return this.created;
  }

  /**
   * Runs `work` with one node, so that all data come from the same node. After a NodeFault, `work` runs again with the next node.
   * @throws ChainUnavailable
   */
  async read<T>(work: (node: Node, others: readonly Node[]) => Promise<T>): Promise<T> {
    const faults: NodeFault[] = [];
    for (const node of this.all) {
      const others = this.all.filter((other) => other !== node);
      try {
        return await work(node, others);
      } catch (error) {
        if (!(error instanceof NodeFault)) throw error;
        faults.push(error);
      }
    }
    const message = faults.map((fault) => fault.message).join('; ');
    throw new ChainUnavailable(new AggregateError(faults, message));
  }

  /** Sends the transaction to every node. The result is a refusal only if every node has refused the transaction. */
  async broadcast(raw: string): Promise<BroadcastResult> {
    const outcomes = await Promise.all(
      this.all.map((node) => node.sendRawTransaction(raw).then(() => null, refusalOf)),
    );
    const refusals = outcomes.filter((outcome) => outcome !== null);
    const isRefused = refusals.length === outcomes.length;
    return isRefused ? { accepted: false, refusal: refusals.join('; ') } : { accepted: true };
  }

  private readonly startTimer = (method: string) => {
    const stopTimer = this.requestSeconds.startTimer({ method });
    return (hasResponse: boolean) => void stopTimer({ outcome: hasResponse ? 'ok' : 'fault' });
  };
}

/** Null if the node may have the transaction: after "already known" or "nonce too low", without a response, and after an unknown error. */
function refusalOf(failure: unknown): string | null {
  const message = nodeMessageOf(failure);
  const isRefusal = message !== undefined && refusalMessage.test(message);
  return isRefusal ? message.slice(0, 200) : null;
}
