import { DomainError } from '../../platform/errors/domain-error';

export class NotificationNotFound extends DomainError {
  static override code = 'NOTIFICATION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no such notification';
}

export class TooManyStreams extends DomainError {
  static override code = 'TOO_MANY_STREAMS';
  static override kind = 'too-many-requests' as const;
  static override title = 'You listen in too many places already';
  static override example = { detail: 'Close a stream of yours first.' };

  constructor() {
    super('Close a stream of yours first.', { retryAfterSeconds: 30 });
  }
}
