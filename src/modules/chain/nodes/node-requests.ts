import { Injectable } from '@nestjs/common';
import { Metrics } from '../../../platform/metrics/metrics';
import type { RequestTimer } from './node';

const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How long nodes take to answer, by method; `fault`: an error, a time-out, a refusal. The nodes are not told apart: few
 * labels, and the address of one is often a secret. */
@Injectable()
export class NodeRequests {
  private readonly seconds;

  constructor(metrics: Metrics) {
    const help = 'Requests to nodes of the chain, by method and outcome';
    this.seconds = metrics.histogram('teoart_chain_rpc_seconds', help, ['method', 'outcome'], buckets);
  }

  readonly watch: RequestTimer = (method) => {
    const end = this.seconds.startTimer({ method });
    return (isAnswered) => void end({ outcome: isAnswered ? 'ok' : 'fault' });
  };
}
