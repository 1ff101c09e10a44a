import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../platform/jobs/job';
import type { HeldLease } from '../../platform/jobs/leases';
import { Metrics } from '../../platform/metrics/metrics';
import { Chain } from './settings/chain-settings';
import { TreasuryKey } from './sending/treasury-key';
import { ChainFollower } from './settlement/chain-follower';
import { Sender } from './sending/sender';
import { DueRefunds } from './payments/due-refunds';

/**
 * Looks at the chain, settles what it shows and sends what is due. One process at a time, under a lease whose token every
 * write carries; all that it knows is in the database, so that any other process goes on where this one stopped.
 */
@Injectable()
@Job({
  name: 'rewards:poll-chain',
  cron: '*/5 * * * * *',
  leaseMs: 15_000,
  summary: 'Send withdrawals to the chain and settle what it confirms',
})
export class PollChain implements RunnableJob {
  private readonly ticks;

  constructor(
    private readonly chain: Chain,
    private readonly follower: ChainFollower,
    private readonly refunds: DueRefunds,
    private readonly sender: Sender,
    private readonly key: TreasuryKey,
    metrics: Metrics,
  ) {
    const help = 'Ticks of the poller, by outcome';
    this.ticks = metrics.histogram(
      'teoart_chain_tick_seconds',
      help,
      ['outcome'],
      [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    );
  }

  isWanted(): boolean {
    return this.chain.isConfigured;
  }

  /** @throws ChainUnavailable: no node can be believed; nothing was settled */
  async run(lease: HeldLease): Promise<JobReport | null> {
    if (!this.chain.isConfigured) return null;
    const end = this.ticks.startTimer();
    try {
      const report = await this.tick(lease);
      end({ outcome: 'ok' });
      return report;
    } catch (error) {
      end({ outcome: 'fault' });
      throw error;
    }
  }

  private async tick(lease: HeldLease): Promise<JobReport | null> {
    const { view, settled } = await this.follower.follow(lease);
    const ended = await this.refunds.settle(lease, await this.follower.now(), view);
    // Without a key it only looks on: a nonce given out here would wait for somebody who can sign.
    const holdsKey = (await this.key.holder()) !== null;
    const sending = holdsKey ? await this.sender.send(lease, await this.follower.now(), view) : {};
    const report = { ...settled, ...ended, ...sending };
    const isIdle = Object.values(report).every((count) => count === 0);
    return isIdle ? null : { head: view.head.number, final: view.final.number, ...report };
  }
}
