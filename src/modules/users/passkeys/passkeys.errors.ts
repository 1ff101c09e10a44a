import { DomainError } from '../../../platform/errors/domain-error';

/** Thrown alike for an unknown passkey, a wrong signature, origin, domain or challenge, a copied passkey and a closed account. */
export class PasskeyRefused extends DomainError {
  static override code = 'PASSKEY_REFUSED';
  static override kind = 'invalid' as const;
  static override title = 'The passkey is not accepted';
  static override isGuess = true;
  static override example = { detail: 'Request a new challenge and try again.' };

  constructor() {
    super('Request a new challenge and try again.');
  }
}

export class PasskeyExists extends DomainError {
  static override code = 'PASSKEY_EXISTS';
  static override kind = 'conflict' as const;
  static override title = 'This passkey is already added to an account';
}

export class TooManyPasskeys extends DomainError {
  static override code = 'TOO_MANY_PASSKEYS';
  static override kind = 'conflict' as const;
  static override title = 'The account has too many passkeys';
  static override example = { detail: 'Remove one of the 20 passkeys first.' };

  constructor(maxCount: number) {
    super(`Remove one of the ${maxCount} passkeys first.`);
  }
}

export class PasskeyNotFound extends DomainError {
  static override code = 'PASSKEY_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such passkey';
}
