import { DomainError } from '../../../platform/errors/domain-error';

export class PushSubscriptionNotFound extends DomainError {
  static override code = 'PUSH_SUBSCRIPTION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such push subscription';
}

export class PushNotConfigured extends DomainError {
  static override code = 'PUSH_NOT_CONFIGURED';
  static override kind = 'conflict' as const;
  static override title = 'The school sends no push messages';
}
