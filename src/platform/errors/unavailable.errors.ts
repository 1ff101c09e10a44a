import { DomainError } from './domain-error';

/** The database cannot be reached, or no connection became free within DATABASE_POOL_WAIT_MS. */
export class DatabaseUnavailable extends DomainError {
  static override code = 'DATABASE_UNAVAILABLE';
  static override kind = 'unavailable' as const;
  static override title = 'The database cannot be reached';
  static override example = { detail: 'Try again in a moment.' };

  constructor(cause?: unknown) {
    super('Try again in a moment.', { cause, retryAfterSeconds: 2 });
  }
}

/** The process is stopping and only finishes its open requests. Another instance must take the next request. */
export class Stopping extends DomainError {
  static override code = 'STOPPING';
  static override kind = 'unavailable' as const;
  static override title = 'This instance is stopping';

  constructor() {
    super('Send the request again, so that another instance takes it.', { retryAfterSeconds: 1 });
  }
}

/**
 * The request exceeded REQUEST_TIMEOUT_MS. Its transaction is rolled back. But if the commit was already sent, the transaction may
 * have succeeded.
 */
export class RequestTimedOut extends DomainError {
  static override code = 'REQUEST_TIMEOUT';
  static override kind = 'unavailable' as const;
  static override title = 'The request took too long';
  static override example = { detail: 'Check whether it took effect, or send it again with the same Idempotency-Key.' };

  constructor(cause?: unknown) {
    super('Check whether it took effect, or send it again with the same Idempotency-Key.', {
      cause,
      retryAfterSeconds: 5,
    });
  }
}
