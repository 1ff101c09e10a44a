import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../../../platform/metrics/metrics';
import { OutgoingHttp, type Refusal } from '../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../platform/time/clock';
import { NotificationDeliveries, type ClaimedDelivery } from '../deliveries/deliveries';
import { DeliveryResults } from '../deliveries/delivery-results';
import { hour, minute, RetrySchedule, second } from '../deliveries/retry-schedule';
import { EndpointFailures } from './endpoint-failures';
import type { SentNotification } from './webhook-message';
import { WebhookMessages } from './webhook-messages';
import type { ActiveEndpoint } from './webhook-targets';

/** In total more than a day, as “Standard Webhooks” proposes. */
const delaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour];
const retries = new RetrySchedule(delaysMs, 10 * hour);

interface WebhookJob {
  delivery: ClaimedDelivery;
  notification: SentNotification;
  /** Undefined if it was deleted or deactivated after the delivery was created. */
  endpoint: ActiveEndpoint | undefined;
}

/**
 * Sends one notification to one endpoint. No transaction is open meanwhile. If the process dies between the response and its record, the
 * message is sent again with the same `webhook-id`.
 */
@Injectable()
export class WebhookSender {
  private readonly log = new Logger('Webhooks');
  private readonly results: DeliveryResults;

  constructor(
    deliveries: NotificationDeliveries,
    private readonly outgoing: OutgoingHttp,
    private readonly messages: WebhookMessages,
    private readonly failures: EndpointFailures,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    const help = 'Attempts to send a webhook, by their result';
    this.results = new DeliveryResults(deliveries, metrics, { name: 'teoart_webhook_attempts_total', help });
  }

  async send({ delivery, notification, endpoint }: WebhookJob): Promise<void> {
    if (!endpoint) return this.results.skipped(delivery, 'The endpoint is not active');
    // A process that dies while it sends records no result.
    if (delivery.attempts > retries.maxAttempts) return this.fail(delivery, 'All attempts ended without a result');
    const refusal = await this.outgoing.attempt(() => this.messages.compose(notification, endpoint));
    if (refusal === null) return this.results.sent(delivery);
    if (refusal.status === 410) return this.endForGood(delivery, endpoint);
    return this.retryOrFail(delivery, endpoint, refusal);
  }

  private async endForGood(delivery: ClaimedDelivery, { id }: ActiveEndpoint): Promise<void> {
    await this.failures.deactivate(id);
    await this.results.failed(delivery, 'HTTP 410', 'gone');
  }

  private async retryOrFail(
    delivery: ClaimedDelivery,
    { id }: ActiveEndpoint,
    { error, retryAfterMs }: Refusal,
  ): Promise<void> {
    const retryAt = retries.next(this.clock.now(), delivery.attempts, retryAfterMs);
    if (!retryAt) return this.fail(delivery, error);
    await this.results.postponed(delivery, error, retryAt);
    await this.failures.postponeOthers(id, retryAt);
    if (delivery.attempts === 1)
      this.log.warn(`Webhook endpoint ${id} did not take delivery ${delivery.id}; it is retried: ${error}`);
  }

  private async fail(delivery: ClaimedDelivery, error: string): Promise<void> {
    await this.results.failed(delivery, error);
    this.log.error(
      `Delivery ${delivery.id} to webhook endpoint ${delivery.targetId} failed in ${retries.maxAttempts} attempts; an administrator can retry it`,
    );
  }
}
