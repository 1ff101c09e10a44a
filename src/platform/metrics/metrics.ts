import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Fills gauges just before they are told: what is read from the database is read then, and only then. */
export type Fill = () => Promise<void>;

/**
 * What this process tells about itself to Prometheus. Modules add to it; names begin with `teoart_`, units stand last, and a
 * label takes few values: no ids, no addresses.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly fills: Fill[] = [];
  private begun = false;

  readonly contentType = this.registry.contentType;

  gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  atScrape(fill: Fill): void {
    this.fills.push(fill);
  }

  /** In Prometheus's text format. */
  async text(): Promise<string> {
    // The process's own from the first scrape on: commands and tests that nobody scrapes watch no event loop.
    if (!this.begun) collectDefaultMetrics({ register: this.registry });
    this.begun = true;
    for (const fill of this.fills) await fill();
    return this.registry.metrics();
  }
}
