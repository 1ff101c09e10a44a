import { DomainError } from './domain-error';

export class Unauthenticated extends DomainError {
  static override code = 'UNAUTHENTICATED';
  static override kind = 'unauthenticated' as const;
  static override title = 'Sign in first';
  static override example = { detail: 'The access token is missing, expired or revoked.' };
}

export class Forbidden extends DomainError {
  static override code = 'FORBIDDEN';
  static override kind = 'forbidden' as const;
  static override title = 'You may not do this';
  static override example = { detail: 'Only the teacher of the course may do this.' };
}

/** The caller must prove again who they are, because an open session alone does not allow this request. */
export class ReauthenticationRequired extends DomainError {
  static override code = 'REAUTHENTICATION_REQUIRED';
  static override kind = 'forbidden' as const;
  static override title = 'Prove again who you are';
  static override example = {
    detail: 'Send POST /auth/reauthentication first, and repeat the request within ten minutes.',
  };

  constructor() {
    super('Send POST /auth/reauthentication first, and repeat the request within ten minutes.');
  }
}

/** The school requires a second factor of administrators, and this one has none yet. */
export class SecondFactorRequired extends DomainError {
  static override code = 'SECOND_FACTOR_REQUIRED';
  static override kind = 'forbidden' as const;
  static override title = 'Your account needs a second factor first';
  static override example = { detail: 'Add one at /me/second-factor. Until then you can do nothing else.' };

  constructor() {
    super('Add one at /me/second-factor. Until then you can do nothing else.');
  }
}

/** An API key is used on a route that it may not use. */
export class ApiKeyNotAllowed extends DomainError {
  static override code = 'API_KEY_NOT_ALLOWED';
  static override kind = 'forbidden' as const;
  static override title = 'The API key may not do this';
  static override example = { detail: 'The key needs the scope courses:write.' };

  constructor(scope: string | null) {
    super(scope ? `The key needs the scope ${scope}.` : 'No API key may use this route.');
  }
}
