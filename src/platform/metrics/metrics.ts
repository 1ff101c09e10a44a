import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Updates gauges at a scrape, so that the database is read only then. */
type UpdateGauges = () => Promise<void>;

/**
 * The metrics of this process for Prometheus. Modules add their own metrics. A name begins with `teoart_` and ends in its unit. A
 * label must have only few different values, so its value is never an id or an address.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly updates: UpdateGauges[] = [];
  private collectsDefaults = false;

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

  onScrape(update: UpdateGauges): void {
    this.updates.push(update);
  }

  /** Returns all metrics in Prometheus's text format. */
  async toText(): Promise<string> {
    // Node's default metrics are collected from the first scrape on, so that commands and tests do not monitor the event loop.
    if (!this.collectsDefaults) collectDefaultMetrics({ register: this.registry });
    this.collectsDefaults = true;
    for (const update of this.updates) await update();
    return this.registry.metrics();
  }
}
