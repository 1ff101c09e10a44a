import { Injectable } from '@nestjs/common';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { Metrics } from '../../../platform/metrics/metrics';
import { NotificationDeliveries } from './deliveries';

/** Reports notifications that are not delivered, as findings and metrics. */
@Injectable()
export class DeliveryFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly deliveries: NotificationDeliveries,
  ) {
    sources.register(this);
    const gauge = metrics.gauge('teoart_notification_deliveries', 'Notifications that are not delivered', [
      'channel',
      'state',
    ]);
    metrics.onScrape(async () => {
      for (const { channel, ...counts } of await this.deliveries.counts())
        for (const [state, count] of Object.entries(counts)) gauge.set({ channel, state }, count);
    });
  }

  async findings(): Promise<Finding[]> {
    const counts = await this.deliveries.counts();
    return counts.flatMap(({ channel, late, failed }) => [
      ...(late > 0 ? [lateFinding(channel, late)] : []),
      ...(failed > 0 ? [failedFinding(channel, failed)] : []),
    ]);
  }
}

const lateFinding = (channel: string, count: number): Finding => ({
  kind: 'late-notifications',
  severity: 'critical',
  subject: channel,
  explanation: `${count} notifications should have been sent by ${channel} a quarter of an hour ago. Check that a process runs with WORKER=on, and its log.`,
  mend: `SELECT id, attempts, last_error FROM notifications_delivery WHERE status = 'waiting' AND channel = '${channel}' ORDER BY next_attempt_at LIMIT 20`,
});

const failedFinding = (channel: string, count: number): Finding => ({
  kind: 'undelivered-notifications',
  severity: 'warning',
  subject: channel,
  explanation: `${count} notifications were not delivered by ${channel}, and they are not tried again. People still see them in the application.`,
  mend: `SELECT id, notification_id, target_id, last_error FROM notifications_delivery WHERE status = 'failed' AND channel = '${channel}' ORDER BY id DESC LIMIT 20`,
});
