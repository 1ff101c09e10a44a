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

export class CourseMessageNotFound extends DomainError {
  static override code = 'COURSE_MESSAGE_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such message to this course';
}

export class MailUnsubscriptionNotFound extends DomainError {
  static override code = 'MAIL_UNSUBSCRIPTION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'This is not the link of a mail, or the account is closed';
}

export class CourseMessageLimitReached extends DomainError {
  static override code = 'COURSE_MESSAGE_LIMIT_REACHED';
  static override kind = 'too-many-requests' as const;
  static override title = 'The course has had enough messages today';
  static override example = { detail: 'A course can have 3 messages a day (UTC).' };

  constructor(maxCount: number, retryAfterSeconds: number) {
    super(`A course can have ${maxCount} messages a day (UTC).`, { retryAfterSeconds });
  }
}
