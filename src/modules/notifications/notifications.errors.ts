import { DomainError } from '../../platform/errors/domain-error';

export class NotificationNotFound extends DomainError {
  static override code = 'NOTIFICATION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'Notification not found';
}
