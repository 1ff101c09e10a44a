import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics';
import { Clock } from '../../platform/time/clock';
import { secondsSince } from './administration/chain-status.dto';
import { ChainStatusQuery, inFlightAmountOf, type ChainFacts } from './administration/chain-status.query';
import { ChainConfig } from './settings/chain-settings';
import { ratioOf } from './supply/supply-proof';

/** The gauges are NaN until they are set, because before the first poll 0 would be a wrong value. */
function createGauges(metrics: Metrics) {
  const create = (name: string, help: string) => {
    const gauge = metrics.gauge(`teoart_chain_${name}`, help);
    gauge.set(Number.NaN);
    return gauge;
  };
  return {
    withdrawals: metrics.gauge('teoart_chain_withdrawals', 'Withdrawals by state', ['state']),
    halted: create('halted_hot_wallets', 'Hot wallets that sign nothing until an administrator resumes them'),
    head: create('head_block', 'Number of the newest block that was read'),
    final: create('final_block', 'Number of the newest block that was settled as final'),
    lag: create('lag_seconds', 'Seconds since the last successful poll of the chain'),
    faults: create('faults', 'Failed polls of the chain in a row'),
    underfunded: create('underfunded', '1 while the treasury holds less than the school owes, otherwise 0'),
    ratio: create('treasury_ratio', 'Coins in the treasury divided by the coins that the school owes'),
    unexplained: create(
      'unexplained_payouts',
      'Final payments that belong to no withdrawal and are not booked as lost',
    ),
    unattributed: create('unattributed_deposits', 'Final deposits that were credited to nobody'),
  };
}
type Gauges = ReturnType<typeof createGauges>;

/** Metrics of the chain. Each scrape reads them with two statements from the database, so that every process reports the same values. */
@Injectable()
export class ChainMetrics {
  constructor(
    metrics: Metrics,
    chain: ChainConfig,
    private readonly status: ChainStatusQuery,
    private readonly clock: Clock,
  ) {
    if (!chain.isConfigured) return;
    const gauges = createGauges(metrics);
    metrics.onScrape(() => this.update(gauges));
  }

  private async update(gauges: Gauges): Promise<void> {
    const facts = await this.status.getFacts();
    const tallies = await this.status.listTallies();
    for (const { state, count } of tallies) gauges.withdrawals.set({ state }, count);
    gauges.halted.set(facts.haltedWalletCount);
    gauges.unattributed.set(facts.unattributedCount);
    gauges.unexplained.set(facts.unexplainedCount);
    if (facts.observedAt) this.updateFromCursor(gauges, facts, facts.observedAt, inFlightAmountOf(tallies));
  }

  private updateFromCursor(gauges: Gauges, facts: ChainFacts, observedAt: Date, inFlightAmount: number): void {
    gauges.head.set(facts.headNumber ?? Number.NaN);
    gauges.final.set(facts.finalNumber ?? Number.NaN);
    gauges.lag.set(secondsSince(observedAt, this.clock.now()));
    gauges.faults.set(facts.faults ?? 0);
    gauges.underfunded.set(facts.underfunded ? 1 : 0);
    const treasuryUnits = BigInt(facts.treasuryUnits ?? 0);
    const ratio = ratioOf({ treasuryUnits, liabilities: facts.balances + inFlightAmount });
    gauges.ratio.set(ratio ?? Number.POSITIVE_INFINITY);
  }
}
