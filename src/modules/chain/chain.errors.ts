import { DomainError } from '../../platform/errors/domain-error';

export class ChainNotConfigured extends DomainError {
  static override code = 'CHAIN_NOT_CONFIGURED';
  static override kind = 'not-implemented' as const;
  static override title = 'This school is not connected to a chain';
  static override example = {
    detail: 'Wallets, withdrawals and deposits are not available. All other functions work.',
  };

  constructor() {
    super('Wallets, withdrawals and deposits are not available. All other functions work.');
  }
}

/** No node responds with a response that can be trusted. */
export class ChainUnavailable extends DomainError {
  static override code = 'CHAIN_UNAVAILABLE';
  static override kind = 'unavailable' as const;
  static override title = 'The chain cannot be reached';
  static override example = { detail: 'Try again in a moment.' };

  constructor(cause?: unknown) {
    super('Try again in a moment.', { cause, retryAfterSeconds: 10 });
  }
}

/** Before the first poll the database contains nothing about the chain. */
export class ChainNotFollowedYet extends DomainError {
  static override code = 'CHAIN_NOT_FOLLOWED_YET';
  static override kind = 'unavailable' as const;
  static override title = 'The chain was not polled yet';
  static override example = { detail: 'Try again in a moment.' };

  constructor() {
    super('Try again in a moment.', { retryAfterSeconds: 10 });
  }
}
