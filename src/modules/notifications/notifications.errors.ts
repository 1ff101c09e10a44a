import { DomainError } from '../../platform/errors/domain-error';

export class NotificationNotFound extends DomainError {
  static override code = 'NOTIFICATION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'Notification not found';
}

export class AnnouncementNotFound extends DomainError {
  static override code = 'ANNOUNCEMENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such announcement';
}

export class TooManyStreams extends DomainError {
  static override code = 'TOO_MANY_STREAMS';
  static override kind = 'too-many-requests' as const;
  static override title = 'You have too many open streams';
  static override example = { detail: 'Close one of your streams first.' };

  constructor() {
    super('Close one of your streams first.', { retryAfterSeconds: 30 });
  }
}
