import { Injectable, Logger } from '@nestjs/common';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Metrics } from '../../../platform/metrics/metrics';
import { OutgoingHttp, type OutgoingResponse } from '../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../platform/time/clock';
import { NotificationDeliveries, type ClaimedDelivery } from '../deliveries/deliveries';
import { pushPayload, topicOf, ttlSeconds, urgencies, type PushedNotification } from './push-message';
import { PushSubscriptions, type PushTarget } from './push-subscriptions';
import { VapidKeys } from './vapid-keys';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const delaysMs = [30 * second, 2 * minute, 10 * minute, hour, 4 * hour];
const maxAttempts = delaysMs.length + 1;

export interface PushJob {
  delivery: ClaimedDelivery;
  notification: PushedNotification;
  /** Undefined if the browser is not signed in any more, or has unsubscribed. */
  target: PushTarget | undefined;
  isWanted: boolean;
}

interface Failure {
  status: number | null;
  error: string;
  retryAfterMs: number | null;
}

/** The subscription has ended, as RFC 8030 and the services say. */
const endedStatuses = new Set<number | null>([404, 410]);
/** No response, too many messages, or a service that does not work now. Any other refusal would be the same the next time. */
const isTemporary = ({ status }: Failure): boolean => status === null || status === 429 || status >= 500;

/** Sends one notification to one browser, encrypted for it (RFC 8291) and signed by the school (RFC 8292). */
@Injectable()
export class PushSender {
  private readonly log = new Logger('Push');
  private readonly attempts;

  constructor(
    private readonly deliveries: NotificationDeliveries,
    private readonly outgoing: OutgoingHttp,
    private readonly subscriptions: PushSubscriptions,
    private readonly vapidKeys: VapidKeys,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    const description = 'Attempts to send a push message, by their result';
    this.attempts = metrics.counter('teoart_push_attempts_total', description, ['result']);
  }

  get isConfigured(): boolean {
    return this.vapidKeys.vapid !== null;
  }

  async send({ delivery, notification, target, isWanted }: PushJob): Promise<void> {
    if (!target) return this.skip(delivery, 'The browser is not signed in any more');
    if (notification.isRead) return this.skip(delivery, 'It was read before');
    if (!isWanted) return this.skip(delivery, 'The person does not want it any more');
    if (delivery.attempts > maxAttempts) return this.fail(delivery, 'All attempts ended without a result');
    const failure = await this.post(notification, target);
    if (failure === null) {
      await this.deliveries.sent([delivery]);
      this.attempts.inc({ result: 'sent' });
    } else if (endedStatuses.has(failure.status)) await this.end(delivery, target);
    else await this.retryOrFail(delivery, notification, failure);
  }

  private async post(notification: PushedNotification, target: PushTarget): Promise<Failure | null> {
    try {
      const { status, retryAfterMs } = await this.request(notification, target);
      return status >= 200 && status < 300 ? null : { status, error: `HTTP ${status}`, retryAfterMs };
    } catch (error) {
      return { status: null, error: errorLine(error), retryAfterMs: null };
    }
  }

  private async request(notification: PushedNotification, target: PushTarget): Promise<OutgoingResponse> {
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
    return this.outgoing.post(target.endpoint, headers, body);
  }

  private async end(delivery: ClaimedDelivery, { id }: PushTarget): Promise<void> {
    await this.subscriptions.forget(id);
    await this.skip(delivery, 'The browser has unsubscribed');
  }

  private async retryOrFail(
    delivery: ClaimedDelivery,
    { priority }: PushedNotification,
    failure: Failure,
  ): Promise<void> {
    const delayMs = delaysMs[delivery.attempts - 1];
    if (delayMs === undefined || !isTemporary(failure)) return this.fail(delivery, failure.error);
    const retryAt = new Date(this.clock.now().getTime() + Math.max(delayMs, failure.retryAfterMs ?? 0));
    const isTooLate = retryAt.getTime() > delivery.dueAt.getTime() + ttlSeconds[priority] * second;
    if (isTooLate) return this.fail(delivery, failure.error);
    await this.deliveries.failed(delivery, failure.error, retryAt);
    this.attempts.inc({ result: 'postponed' });
  }

  private async skip(delivery: ClaimedDelivery, reason: string): Promise<void> {
    await this.deliveries.skipped([delivery], reason);
    this.attempts.inc({ result: 'skipped' });
  }

  private async fail(delivery: ClaimedDelivery, error: string): Promise<void> {
    await this.deliveries.failed(delivery, error, null);
    this.attempts.inc({ result: 'failed' });
    this.log.warn(`Push delivery ${delivery.id} failed: ${error}`);
  }
}
