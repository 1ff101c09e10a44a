import { z } from 'zod';
import { DomainError } from '../../platform/errors/domain-error';

export class EmailTaken extends DomainError {
  static override code = 'EMAIL_TAKEN';
  static override kind = 'conflict' as const;
  static override title = 'This e-mail address already has an account';
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
    detail: 'Too common, so it is easy to guess',
    errors: [{ pointer: '/body/password', message: 'Too common, so it is easy to guess', rule: 'password_strength' }],
  };

  constructor(weakness: string, pointer: string) {
    super(weakness, { errors: [{ pointer, message: weakness, rule: 'password_strength' }] });
  }
}

export class WrongPassword extends DomainError {
  static override code = 'PASSWORD_WRONG';
  static override kind = 'invalid' as const;
  static override title = 'The current password is wrong';
  static override isGuess = true;
  static override example = {
    errors: [{ pointer: '/body/currentPassword', message: 'Wrong password', rule: 'password' }],
  };

  constructor(pointer = '/body/currentPassword') {
    super(undefined, { errors: [{ pointer, message: 'Wrong password', rule: 'password' }] });
  }
}

export class PasswordsBusy extends DomainError {
  static override code = 'PASSWORDS_BUSY';
  static override kind = 'unavailable' as const;
  static override title = 'Too many people are signing in';

  constructor() {
    super('Try again in a moment.', { retryAfterSeconds: 2 });
  }
}

/** Thrown alike for an unknown login, a wrong password and a closed account. */
export class CredentialsRefused extends DomainError {
  static override code = 'CREDENTIALS_REFUSED';
  static override kind = 'unauthenticated' as const;
  static override title = 'The login or the password is wrong';
  static override isGuess = true;
}

/** The password is right, and the second factor must follow. */
export class SignInIncomplete extends DomainError {
  static override code = 'SIGN_IN_INCOMPLETE';
  static override kind = 'unauthenticated' as const;
  static override title = 'The second factor must follow';
  static override members = {
    challenge: z.string().meta({ description: 'For `POST /auth/second-factor`. It opens nothing else' }),
    challengeExpiresAt: z.iso.datetime().meta({ description: 'Five minutes after the request' }),
  };
  static override example = {
    detail: 'Send a code to POST /auth/second-factor.',
    challenge: '3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs',
    challengeExpiresAt: '2026-11-02T08:20:00.000Z',
  };

  constructor({ challenge, challengeExpiresAt }: { challenge: string; challengeExpiresAt: Date }) {
    const members = { challenge, challengeExpiresAt: challengeExpiresAt.toISOString() };
    super('Send a code to POST /auth/second-factor.', { members });
  }
}

/** The challenge is unknown, used or expired, or the password or the account has changed since. */
export class SignInExpired extends DomainError {
  static override code = 'SIGN_IN_EXPIRED';
  static override kind = 'unauthenticated' as const;
  static override title = 'Sign in again from the beginning';
}

export class TooManyAttempts extends DomainError {
  static override code = 'TOO_MANY_ATTEMPTS';
  static override kind = 'too-many-requests' as const;
  static override title = 'Too many wrong passwords or codes';
  static override example = { detail: 'Try again in 8 seconds.' };

  constructor(retryAfterSeconds: number) {
    super(`Try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
  }
}

/** The token is unknown, expired, revoked or already used, or its account is closed. The person must sign in again. */
export class RefreshTokenRefused extends DomainError {
  static override code = 'REFRESH_TOKEN_REFUSED';
  static override kind = 'unauthenticated' as const;
  static override title = 'The refresh token is not valid';
  static override example = { detail: 'Sign in again.' };

  constructor() {
    super('Sign in again.');
  }
}

/** Thrown alike for an unknown, used or expired token and for a closed account, so that a caller learns nothing about accounts. */
export class ResetTokenRefused extends DomainError {
  static override code = 'RESET_TOKEN_REFUSED';
  static override kind = 'invalid' as const;
  static override title = 'The link is not valid any more';
  static override isGuess = true;
  static override example = {
    detail: 'Ask an administrator of your school for a new link.',
    errors: [{ pointer: '/body/token', message: 'Wrong, used or expired', rule: 'reset_token' }],
  };

  constructor() {
    super('Ask an administrator of your school for a new link.', {
      errors: [{ pointer: '/body/token', message: 'Wrong, used or expired', rule: 'reset_token' }],
    });
  }
}

/** Thrown alike for an unknown, used or expired token and for a closed account. */
export class VerificationTokenRefused extends DomainError {
  static override code = 'VERIFICATION_TOKEN_REFUSED';
  static override kind = 'invalid' as const;
  static override title = 'The link is not valid any more';
  static override isGuess = true;
  static override example = {
    detail: 'Sign in and ask for a new mail.',
    errors: [{ pointer: '/body/token', message: 'Wrong, used or expired', rule: 'verification_token' }],
  };

  constructor() {
    super('Sign in and ask for a new mail.', {
      errors: [{ pointer: '/body/token', message: 'Wrong, used or expired', rule: 'verification_token' }],
    });
  }
}

export class EmailAlreadyVerified extends DomainError {
  static override code = 'EMAIL_ALREADY_VERIFIED';
  static override kind = 'conflict' as const;
  static override title = 'Your address is verified already';
}

/** Thrown where coins would leave an account whose address is not proven (rule 20). */
export class EmailNotVerified extends DomainError {
  static override code = 'EMAIL_NOT_VERIFIED';
  static override kind = 'conflict' as const;
  static override title = 'Verify your address first';
  static override example = { detail: 'Open the link in the mail that you got, or ask for a new one.' };

  constructor() {
    super('Open the link in the mail that you got, or ask for a new one.');
  }
}

export class AccountClosed extends DomainError {
  static override code = 'ACCOUNT_CLOSED';
  static override kind = 'conflict' as const;
  static override title = 'The account is closed';
  static override example = { detail: 'Open the account first.' };
}

export class LastAdministrator extends DomainError {
  static override code = 'LAST_ADMINISTRATOR';
  static override kind = 'conflict' as const;
  static override title = 'The school would have no administrator';
}

/** Published courses of a student would have nobody who may teach them. */
export class TeacherHasCourses extends DomainError {
  static override code = 'TEACHER_HAS_COURSES';
  static override kind = 'conflict' as const;
  static override title = 'The person teaches published courses';
  static override members = { courseCount: z.int().min(1).meta({ description: 'Number of published courses' }) };
  static override example = { detail: 'Unpublish or archive the courses first.', courseCount: 2 };

  constructor(courseCount: number) {
    super('Unpublish or archive the courses first.', { members: { courseCount } });
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

export class ApplicationDecided extends DomainError {
  static override code = 'APPLICATION_DECIDED';
  static override kind = 'conflict' as const;
  static override title = 'An administrator has decided about your application';
}
