import { DomainError } from '../../platform/errors/domain-error';

export class EmailTaken extends DomainError {
  static override code = 'EMAIL_TAKEN';
  static override kind = 'conflict' as const;
  static override title = 'This e-mail address has an account';
  static override isGuess = true;
}

export class UsernameTaken extends DomainError {
  static override code = 'USERNAME_TAKEN';
  static override kind = 'conflict' as const;
  static override title = 'This username is taken';
  static override isGuess = true;
}

export class WeakPassword extends DomainError {
  static override code = 'PASSWORD_TOO_WEAK';
  static override kind = 'invalid' as const;
  static override title = 'The password is too easy to guess';
  static override example = {
    detail: 'Too common: it is among the first that are tried',
    errors: [{ pointer: '/body/password', message: 'Too common: it is among the first that are tried' }],
  };

  constructor(weakness: string, pointer: string) {
    super(weakness, { errors: [{ pointer, message: weakness }] });
  }
}

export class WrongPassword extends DomainError {
  static override code = 'PASSWORD_WRONG';
  static override kind = 'invalid' as const;
  static override title = 'The current password is not right';
  static override isGuess = true;
  static override example = { errors: [{ pointer: '/body/currentPassword', message: 'Not your password' }] };

  constructor() {
    super(undefined, { errors: [{ pointer: '/body/currentPassword', message: 'Not your password' }] });
  }
}

export class PasswordsBusy extends DomainError {
  static override code = 'PASSWORDS_BUSY';
  static override kind = 'unavailable' as const;
  static override title = 'Too many people are signing in at this moment';

  constructor() {
    super('Try again in a moment.', { retryAfterSeconds: 2 });
  }
}

/** The same for an unknown name, a wrong password and an account that was closed. */
export class CredentialsRefused extends DomainError {
  static override code = 'CREDENTIALS_REFUSED';
  static override kind = 'unauthenticated' as const;
  static override title = 'Name and password do not belong together';
  static override isGuess = true;
}

export class TooManyAttempts extends DomainError {
  static override code = 'TOO_MANY_ATTEMPTS';
  static override kind = 'too-many-requests' as const;
  static override title = 'Too many wrong passwords from here';
  static override example = { detail: 'Try again in 8 seconds.' };

  constructor(retryAfterSeconds: number) {
    super(`Try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
  }
}

/** Unknown, expired, revoked, used before, or of an account that was closed: sign in again. */
export class RefreshTokenRefused extends DomainError {
  static override code = 'REFRESH_TOKEN_REFUSED';
  static override kind = 'unauthenticated' as const;
  static override title = 'The refresh token is good for nothing any more';
  static override example = { detail: 'Sign in again.' };

  constructor() {
    super('Sign in again.');
  }
}

export class SessionNotFound extends DomainError {
  static override code = 'SESSION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such session';
}

export class UserNotFound extends DomainError {
  static override code = 'USER_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such person';
}

export class TeacherNotFound extends DomainError {
  static override code = 'TEACHER_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such teacher';
}
