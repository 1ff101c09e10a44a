import { DomainError } from '../../../platform/errors/domain-error';

const wrongCode = { pointer: '/body/code', message: 'Wrong or already used', rule: 'code' };

/** The code is wrong, too old or already used. Also sent for a password where a code is needed. */
export class CodeRefused extends DomainError {
  static override code = 'CODE_REFUSED';
  static override kind = 'invalid' as const;
  static override title = 'The code is not accepted';
  static override isGuess = true;
  static override example = { errors: [wrongCode] };

  constructor(message = wrongCode.message) {
    super(undefined, { errors: [{ ...wrongCode, message }] });
  }
}

/** The secret of the app was encrypted with another AUTH_SECRET. No code can be checked, so nothing was guessed. */
export class AuthenticatorUnreadable extends DomainError {
  static override code = 'AUTHENTICATOR_UNREADABLE';
  static override kind = 'conflict' as const;
  static override title = 'The school cannot check the codes of your app';
  static override example = { detail: 'Use a recovery code or a passkey, then remove the app and add it again.' };

  constructor() {
    super('Use a recovery code or a passkey, then remove the app and add it again.');
  }
}

export class SecondFactorExists extends DomainError {
  static override code = 'SECOND_FACTOR_EXISTS';
  static override kind = 'conflict' as const;
  static override title = 'Your account already has an authenticator app';
  static override example = { detail: 'Remove it before you add another one.' };

  constructor() {
    super('Remove it before you add another one.');
  }
}

export class SecondFactorNotFound extends DomainError {
  static override code = 'SECOND_FACTOR_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'The account has no such second factor';
}
