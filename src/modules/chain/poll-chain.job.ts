import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../platform/jobs/job';
import type { HeldLease } from '../../platform/jobs/leases';
import { Metrics } from '../../platform/metrics/metrics';
import { DueRefunds } from './payments/due-refunds';
import { Sender } from './sending/sender';
import { TreasuryKey } from './sending/treasury-key';
import { ChainConfig } from './settings/chain-settings';
import { ChainFollower } from './settlement/chain-follower';

const bucketsSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/**
 * Polls the chain, settles payments and deposits, and sends withdrawals. Only one process at a time runs this job. It holds a lease whose token
 * every write checks. All state is in the database, so that any other process can continue.
 */
@Injectable()
@Job({
  name: 'rewards:poll-chain',
  cron: '*/5 * * * * *',
  leaseMs: 15_000,
  summary: 'Sends withdrawals to the chain and settles what the chain confirms',
})
export class PollChain implements RunnableJob {
  private readonly duration;

  constructor(
    private readonly chain: ChainConfig,
    private readonly follower: ChainFollower,
    private readonly refunds: DueRefunds,
    private readonly sender: Sender,
    private readonly key: TreasuryKey,
    metrics: Metrics,
  ) {
    const help = 'Duration of the polls of the chain, by outcome';
    this.duration = metrics.histogram('teoart_chain_tick_seconds', help, ['outcome'], bucketsSeconds);
  }

  isWanted(): boolean {
    return this.chain.isConfigured;
  }

  /** @throws ChainUnavailable if no node can be trusted; then nothing is settled */
  async run(lease: HeldLease): Promise<JobReport | null> {
    if (!this.chain.isConfigured) return null;
    const stopTimer = this.duration.startTimer();
    try {
      const report = await this.poll(lease);
      stopTimer({ outcome: 'ok' });
      return report;
    } catch (error) {
      stopTimer({ outcome: 'fault' });
      throw error;
    }
  }

  private async poll(lease: HeldLease): Promise<JobReport | null> {
    const { view, settled } = await this.follower.poll(lease);
    const ended = await this.refunds.settle(lease, await this.follower.getCursor(), view);
    // A process without a key sends nothing, because a nonce that it assigned would wait for a process that can sign.
    const keyHolder = await this.key.find();
    const sending = keyHolder ? await this.sender.send(lease, await this.follower.getCursor(), view) : {};
    const report = { ...settled, ...ended, ...sending };
    const isIdle = Object.values(report).every((count) => count === 0);
    return isIdle ? null : { head: view.head.number, final: view.final.number, ...report };
  }
}
