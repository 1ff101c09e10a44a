import { DomainError } from '../errors/domain-error';

/** Thrown where a person would wait for a mail that is never sent. */
export class MailNotConfigured extends DomainError {
  static override code = 'MAIL_NOT_CONFIGURED';
  static override kind = 'not-implemented' as const;
  static override title = 'The school sends no mail';
  static override example = { detail: 'Ask an administrator of your school.' };

  constructor() {
    super('Ask an administrator of your school.');
  }
}

export class MailNotFound extends DomainError {
  static override code = 'MAIL_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such mail';
}

export class MailNotRetryable extends DomainError {
  static override code = 'MAIL_NOT_RETRYABLE';
  static override kind = 'conflict' as const;
  static override title = 'Only a mail that failed or was suppressed can be sent again';
}
