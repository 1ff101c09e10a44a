import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics';
import { OutboxMonitor } from './outbox-monitor';

@Injectable()
export class OutboxMetrics {
  constructor(metrics: Metrics, monitor: OutboxMonitor) {
    const events = metrics.gauge('teoart_outbox_events', 'Undelivered events', ['state']);
    const oldest = metrics.gauge(
      'teoart_outbox_oldest_seconds',
      'Age of the oldest undelivered event that is not dead',
      [],
    );
    metrics.onScrape(async () => {
      const { waiting, failing, dead, oldestSeconds } = await monitor.measure();
      for (const [state, count] of Object.entries({ waiting: waiting - failing, failing, dead }))
        events.set({ state }, count);
      oldest.set({}, oldestSeconds);
    });
  }
}
