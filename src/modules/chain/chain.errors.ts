import { DomainError } from '../../platform/errors/domain-error';

export class ChainNotConfigured extends DomainError {
  static override code = 'CHAIN_NOT_CONFIGURED';
  static override kind = 'unavailable' as const;
  static override title = 'This school is not connected to a chain';
  static override example = { detail: 'Wallets, withdrawals and deposits do not work here; everything else does.' };

  constructor() {
    super('Wallets, withdrawals and deposits do not work here; everything else does.', { retryAfterSeconds: 3_600 });
  }
}

/** No node answers, or none that can be believed. */
export class ChainUnavailable extends DomainError {
  static override code = 'CHAIN_UNAVAILABLE';
  static override kind = 'unavailable' as const;
  static override title = 'The chain cannot be reached';
  static override example = { detail: 'Try again in a moment.' };

  constructor(cause?: unknown) {
    super('Try again in a moment.', { cause, retryAfterSeconds: 10 });
  }
}

/** What is on the chain is not known before the first look. */
export class ChainNotFollowedYet extends DomainError {
  static override code = 'CHAIN_NOT_FOLLOWED_YET';
  static override kind = 'unavailable' as const;
  static override title = 'The chain was not looked at yet';
  static override example = { detail: 'Try again in a moment.' };

  constructor() {
    super('Try again in a moment.', { retryAfterSeconds: 10 });
  }
}
