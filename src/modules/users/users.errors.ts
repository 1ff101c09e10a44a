import { DomainError } from '../../platform/errors/domain-error';

export class EmailTaken extends DomainError {
  static override code = 'EMAIL_TAKEN';
  static override kind = 'conflict' as const;
  static override title = 'This e-mail address has an account';
}

export class UsernameTaken extends DomainError {
  static override code = 'USERNAME_TAKEN';
  static override kind = 'conflict' as const;
  static override title = 'This username is taken';
}
