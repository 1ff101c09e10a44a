import { Injectable, Logger } from '@nestjs/common';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Metrics } from '../../../platform/metrics/metrics';
import { OutgoingHttp } from '../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../platform/time/clock';
import { NotificationDeliveries, type ClaimedDelivery } from '../deliveries/deliveries';
import { EndpointFailures } from './endpoint-failures';
import type { SentNotification } from './webhook-message';
import { WebhookMessages } from './webhook-messages';
import type { ActiveEndpoint } from './webhook-targets';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** The times between attempts, in total more than a day, as “Standard Webhooks” proposes them. */
const delaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour];
const maxAttempts = delaysMs.length + 1;
const maxRetryAfterMs = 10 * hour;

export interface WebhookJob {
  delivery: ClaimedDelivery;
  notification: SentNotification;
  /** Undefined if it was deleted or deactivated after the delivery was created. */
  endpoint: ActiveEndpoint | undefined;
}

interface Failure {
  error: string;
  retryAfterMs: number | null;
}

/**
 * Sends one notification to one endpoint. No transaction is open meanwhile. If the process dies between the response and its record, the
 * message is sent again with the same `webhook-id`.
 */
@Injectable()
export class WebhookSender {
  private readonly log = new Logger('Webhooks');
  private readonly attempts;

  constructor(
    private readonly deliveries: NotificationDeliveries,
    private readonly outgoing: OutgoingHttp,
    private readonly messages: WebhookMessages,
    private readonly failures: EndpointFailures,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    const description = 'Attempts to send a webhook, by their result';
    this.attempts = metrics.counter('teoart_webhook_attempts_total', description, ['result']);
  }

  async send({ delivery, notification, endpoint }: WebhookJob): Promise<void> {
    if (!endpoint) {
      await this.deliveries.skipped([delivery], 'The endpoint is not active');
      return;
    }
    // A process that dies while it sends records no result.
    if (delivery.attempts > maxAttempts) return this.fail(delivery, 'All attempts ended without a result');
    const failure = await this.post(notification, endpoint);
    if (failure === 'gone') return this.endForGood(delivery, endpoint);
    if (failure) return this.postpone(delivery, endpoint, failure);
    await this.deliveries.sent([delivery]);
    this.attempts.inc({ result: 'sent' });
  }

  private async post(notification: SentNotification, endpoint: ActiveEndpoint): Promise<Failure | 'gone' | null> {
    try {
      const { headers, body } = this.messages.compose(notification, endpoint);
      const { status, retryAfterMs } = await this.outgoing.post(endpoint.url, headers, body);
      if (status === 410) return 'gone';
      return status >= 200 && status < 300 ? null : { error: `HTTP ${status}`, retryAfterMs };
    } catch (error) {
      return { error: errorLine(error), retryAfterMs: null };
    }
  }

  private async endForGood(delivery: ClaimedDelivery, { id }: ActiveEndpoint): Promise<void> {
    await this.failures.deactivate(id);
    await this.deliveries.failed(delivery, 'HTTP 410', null);
    this.attempts.inc({ result: 'gone' });
  }

  private async postpone(delivery: ClaimedDelivery, { id }: ActiveEndpoint, failure: Failure): Promise<void> {
    const delayMs = delaysMs[delivery.attempts - 1];
    if (delayMs === undefined) return this.fail(delivery, failure.error);
    const waitMs = Math.max(delayMs, Math.min(failure.retryAfterMs ?? 0, maxRetryAfterMs));
    const retryAt = new Date(this.clock.now().getTime() + waitMs);
    await this.deliveries.failed(delivery, failure.error, retryAt);
    await this.failures.postponeOthers(id, retryAt);
    this.attempts.inc({ result: 'postponed' });
    if (delivery.attempts === 1)
      this.log.warn(`Webhook endpoint ${id} did not take delivery ${delivery.id}; it is retried: ${failure.error}`);
  }

  private async fail(delivery: ClaimedDelivery, error: string): Promise<void> {
    await this.deliveries.failed(delivery, error, null);
    this.attempts.inc({ result: 'failed' });
    this.log.error(
      `Delivery ${delivery.id} to webhook endpoint ${delivery.targetId} failed in ${maxAttempts} attempts; an administrator can retry it`,
    );
  }
}
