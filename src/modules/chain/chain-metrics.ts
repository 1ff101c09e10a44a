import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics';
import { Clock } from '../../platform/time/clock';
import { secondsSince } from './administration/chain-status.dto';
import { ChainStatusQuery, inFlightOf, type ChainFacts } from './administration/chain-status.query';
import { Chain } from './settings/chain-settings';
import { ratioOf } from './supply/supply';

/** Before the first look what the chain shows is NaN: a head of 0 would be a false word. */
function gaugesOf(metrics: Metrics) {
  const one = (name: string, help: string) => {
    const gauge = metrics.gauge(`teoart_chain_${name}`, help);
    gauge.set(Number.NaN);
    return gauge;
  };
  return {
    withdrawals: metrics.gauge('teoart_chain_withdrawals', 'Withdrawals by state', ['state']),
    halted: one('halted_hot_wallets', 'Hot wallets that sign nothing until somebody has looked'),
    head: one('head_block', 'Number of the newest block that was looked at'),
    final: one('final_block', 'Number of the block up to which all is settled for good'),
    lag: one('lag_seconds', 'Since the chain was last looked at and settled'),
    faults: one('faults', 'Looks in a row that could not be settled'),
    underfunded: one(
      'underfunded',
      '1 while the treasury holds less than is owed: what is asked for is paid as far as it reaches',
    ),
    ratio: one('treasury_ratio', 'What the treasury holds to what it owes'),
    unexplained: one('unexplained_payouts', 'Final payments that nobody ordered, and nobody has booked as lost'),
    unattributed: one('unattributed_deposits', 'Final deposits that nobody was credited'),
  };
}
type Gauges = ReturnType<typeof gaugesOf>;

/** What monitors are told of the chain, from the database when they ask: every process tells the same. Two statements. */
@Injectable()
export class ChainMetrics {
  constructor(
    metrics: Metrics,
    chain: Chain,
    private readonly status: ChainStatusQuery,
    private readonly clock: Clock,
  ) {
    if (!chain.isConfigured) return;
    const gauges = gaugesOf(metrics);
    metrics.onScrape(() => this.fill(gauges));
  }

  private async fill(gauges: Gauges): Promise<void> {
    const [facts, tallies] = [await this.status.facts(), await this.status.tallies()];
    for (const { state, count } of tallies) gauges.withdrawals.set({ state }, count);
    gauges.halted.set(facts.halted);
    gauges.unattributed.set(facts.unattributed);
    gauges.unexplained.set(facts.unexplained);
    if (facts.observedAt) this.fillFrom(gauges, facts, facts.observedAt, inFlightOf(tallies));
  }

  private fillFrom(gauges: Gauges, facts: ChainFacts, observedAt: Date, inFlight: number): void {
    gauges.head.set(facts.headNumber ?? Number.NaN);
    gauges.final.set(facts.finalNumber ?? Number.NaN);
    gauges.lag.set(secondsSince(observedAt, this.clock.now()));
    gauges.faults.set(facts.faults ?? 0);
    gauges.underfunded.set(facts.underfunded ? 1 : 0);
    const treasuryUnits = BigInt(facts.treasuryUnits ?? 0);
    const ratio = ratioOf({ treasuryUnits, liabilities: facts.balances + inFlight });
    gauges.ratio.set(ratio ?? Number.POSITIVE_INFINITY);
  }
}
