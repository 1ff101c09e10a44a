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
