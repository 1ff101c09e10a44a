import { DomainError } from '../../../platform/errors/domain-error';

export class WebhookEndpointNotFound extends DomainError {
  static override code = 'WEBHOOK_ENDPOINT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such webhook endpoint';
}

export class TooManyWebhookEndpoints extends DomainError {
  static override code = 'TOO_MANY_WEBHOOK_ENDPOINTS';
  static override kind = 'conflict' as const;
  static override title = 'The school has too many webhook endpoints';
  static override example = { detail: 'Delete one of the 20 endpoints first.' };

  constructor(maxCount: number) {
    super(`Delete one of the ${maxCount} endpoints first.`);
  }
}

export class WebhookDeliveryNotFound extends DomainError {
  static override code = 'WEBHOOK_DELIVERY_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'The endpoint has no such delivery';
}

export class WebhookDeliveryNotRetryable extends DomainError {
  static override code = 'WEBHOOK_DELIVERY_NOT_RETRYABLE';
  static override kind = 'conflict' as const;
  static override title = 'The delivery cannot be retried';
  static override example = {
    detail: 'Only a delivery that failed or was skipped can be retried, while its endpoint is active.',
  };

  constructor() {
    super('Only a delivery that failed or was skipped can be retried, while its endpoint is active.');
  }
}
