import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../../../platform/metrics/metrics';
import { OutgoingHttp, type OutgoingRequest, type Refusal } from '../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../platform/time/clock';
import { NotificationDeliveries, type ClaimedDelivery } from '../deliveries/deliveries';
import { DeliveryResults } from '../deliveries/delivery-results';
import { hour, minute, RetrySchedule, second } from '../deliveries/retry-schedule';
import { pushPayload, topicOf, ttlSeconds, urgencies, type PushedNotification } from './push-message';
import { PushSubscriptions, type PushTarget } from './push-subscriptions';
import { VapidKeys } from './vapid-keys';

const retries = new RetrySchedule([30 * second, 2 * minute, 10 * minute, hour, 4 * hour]);

interface PushJob {
  delivery: ClaimedDelivery;
  notification: PushedNotification;
  /** Undefined if the browser is not signed in any more, or has unsubscribed. */
  target: PushTarget | undefined;
  isWanted: boolean;
}

/** The subscription has ended, as RFC 8030 and the services say. */
const endedStatuses = new Set<number | null>([404, 410]);
/** No response, too many messages, or a service that does not work now. Any other refusal would be the same the next time. */
const isTemporary = ({ status }: Refusal): boolean => status === null || status === 429 || status >= 500;

/** Sends one notification to one browser, encrypted for it (RFC 8291) and signed by the school (RFC 8292). */
@Injectable()
export class PushSender {
  private readonly log = new Logger('Push');
  private readonly results: DeliveryResults;

  constructor(
    deliveries: NotificationDeliveries,
    private readonly outgoing: OutgoingHttp,
    private readonly subscriptions: PushSubscriptions,
    private readonly vapidKeys: VapidKeys,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    const help = 'Attempts to send a push message, by their result';
    this.results = new DeliveryResults(deliveries, metrics, { name: 'teoart_push_attempts_total', help });
  }

  get isConfigured(): boolean {
    return this.vapidKeys.vapid !== null;
  }

  async send({ delivery, notification, target, isWanted }: PushJob): Promise<void> {
    if (!target) return this.results.skipped(delivery, 'The browser is not signed in any more');
    if (notification.isRead) return this.results.skipped(delivery, 'It was read before');
    if (!isWanted) return this.results.skipped(delivery, 'The person does not want it any more');
    // A process that dies while it sends records no result.
    if (delivery.attempts > retries.maxAttempts) return this.fail(delivery, 'All attempts ended without a result');
    const refusal = await this.outgoing.attempt(() => this.compose(notification, target));
    if (refusal === null) return this.results.sent(delivery);
    if (endedStatuses.has(refusal.status)) return this.end(delivery, target);
    return this.retryOrFail(delivery, notification, refusal);
  }

  private async compose(notification: PushedNotification, target: PushTarget): Promise<OutgoingRequest> {
    // The package is loaded with the first message, because most processes send none.
    const { generateRequestDetails } = await import('web-push');
    const topic = topicOf(notification);
    const { headers, body } = generateRequestDetails(
      { endpoint: target.endpoint, keys: { p256dh: target.p256dh, auth: target.auth } },
      pushPayload(notification),
      {
        vapidDetails: this.vapidKeys.vapid!,
        TTL: ttlSeconds[notification.priority],
        urgency: urgencies[notification.priority],
        ...(topic ? { topic } : {}),
      },
    );
    return { url: target.endpoint, headers, body };
  }

  private async end(delivery: ClaimedDelivery, { id }: PushTarget): Promise<void> {
    await this.subscriptions.forget(id);
    await this.results.skipped(delivery, 'The browser has unsubscribed');
  }

  private async retryOrFail(
    delivery: ClaimedDelivery,
    { priority }: PushedNotification,
    refusal: Refusal,
  ): Promise<void> {
    const retryAt = retries.next(this.clock.now(), delivery.attempts, refusal.retryAfterMs);
    const endsAt = delivery.dueAt.getTime() + ttlSeconds[priority] * second;
    if (!retryAt || !isTemporary(refusal) || retryAt.getTime() > endsAt) return this.fail(delivery, refusal.error);
    return this.results.postponed(delivery, refusal.error, retryAt);
  }

  private async fail(delivery: ClaimedDelivery, error: string): Promise<void> {
    await this.results.failed(delivery, error);
    this.log.warn(`Push delivery ${delivery.id} failed: ${error}`);
  }
}
