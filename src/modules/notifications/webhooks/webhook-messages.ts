import { Injectable } from '@nestjs/common';
import type { OutgoingRequest } from '../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../platform/time/clock';
import { NotificationTypes } from '../types/notification-types';
import { messageIdOf, webhookBody, type SentNotification } from './webhook-message';
import { WebhookSecrets } from './endpoints/webhook-secrets';
import type { ActiveEndpoint } from './webhook-targets';

/** Writes and signs the message about a notification. */
@Injectable()
export class WebhookMessages {
  constructor(
    private readonly secrets: WebhookSecrets,
    private readonly types: NotificationTypes,
    private readonly clock: Clock,
  ) {}

  /** @throws Error if the secret of the endpoint cannot be opened */
  compose(notification: SentNotification, endpoint: ActiveEndpoint): OutgoingRequest {
    const body = webhookBody(notification, this.types.find(notification.notificationType)?.isConfidential ?? false);
    const { url, sealedSecret, previousSealedSecret, previousSecretExpiresAt } = endpoint;
    const now = this.clock.now();
    const sealedSecrets = [sealedSecret];
    const isPreviousValid = previousSecretExpiresAt !== null && previousSecretExpiresAt > now;
    if (previousSealedSecret && isPreviousValid) sealedSecrets.push(previousSealedSecret);
    const headers = this.secrets.headersFor(messageIdOf(notification), body, { url, sealedSecrets, now });
    return { url, headers: { 'content-type': 'application/json', ...headers }, body };
  }
}
