import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics';
import { OutboxMonitor } from './outbox-monitor';

@Injectable()
export class OutboxMetrics {
  constructor(metrics: Metrics, monitor: OutboxMonitor) {
    const events = metrics.gauge('teoart_outbox_events', 'Undelivered events', ['state']);
    const oldestAge = metrics.gauge(
      'teoart_outbox_oldest_seconds',
      'Age of the oldest undelivered event that is not dead',
      [],
    );
    metrics.onScrape(async () => {
      const { waiting, failing, dead, oldestSeconds } = await monitor.measure();
      // `waiting` includes the failing events, but here each event is counted in one state only.
      events.set({ state: 'waiting' }, waiting - failing);
      events.set({ state: 'failing' }, failing);
      events.set({ state: 'dead' }, dead);
      oldestAge.set({}, oldestSeconds);
    });
  }
}
