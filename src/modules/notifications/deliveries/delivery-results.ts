import type { Metrics } from '../../../platform/metrics/metrics';
import type { ClaimedDelivery, NotificationDeliveries } from './deliveries';

/** Requests that one lane of a process sends at the same time. */
export const requestsAtOnce = 20;

/** Records the results of a channel that sends each delivery alone, in the rows and in a metric. */
export class DeliveryResults {
  private readonly counter;

  constructor(
    private readonly deliveries: NotificationDeliveries,
    metrics: Metrics,
    metric: { name: string; help: string },
  ) {
    this.counter = metrics.counter(metric.name, metric.help, ['result']);
  }

  async sent(delivery: ClaimedDelivery): Promise<void> {
    await this.deliveries.sent([delivery]);
    this.counter.inc({ result: 'sent' });
  }

  async skipped(delivery: ClaimedDelivery, reason: string): Promise<void> {
    await this.deliveries.skipped([delivery], reason);
    this.counter.inc({ result: 'skipped' });
  }

  async postponed(delivery: ClaimedDelivery, error: string, retryAt: Date): Promise<void> {
    await this.deliveries.failed(delivery, error, retryAt);
    this.counter.inc({ result: 'postponed' });
  }

  async failed(delivery: ClaimedDelivery, error: string, result: 'failed' | 'gone' = 'failed'): Promise<void> {
    await this.deliveries.failed(delivery, error, null);
    this.counter.inc({ result });
  }
}
