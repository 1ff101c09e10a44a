import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics';
import { OutboxVitals } from './outbox-vitals';

@Injectable()
export class OutboxMetrics {
  constructor(metrics: Metrics, vitals: OutboxVitals) {
    const events = metrics.gauge('teoart_outbox_events', 'Events that are not delivered', ['state']);
    const oldest = metrics.gauge('teoart_outbox_oldest_seconds', 'Age of the oldest that is not dead', []);
    metrics.onScrape(async () => {
      const { waiting, failing, dead, oldestSeconds } = await vitals.look();
      for (const [state, count] of Object.entries({ waiting: waiting - failing, failing, dead }))
        events.set({ state }, count);
      oldest.set({}, oldestSeconds);
    });
  }
}
