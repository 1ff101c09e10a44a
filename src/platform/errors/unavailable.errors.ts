import { DomainError } from './domain-error';

/** The engine cannot be reached, or every connection is taken for longer than the pool's wait. */
export class DatabaseUnavailable extends DomainError {
  static override code = 'DATABASE_UNAVAILABLE';
  static override kind = 'unavailable' as const;
  static override title = 'The database cannot be reached';
  static override example = { detail: 'Try again in a moment.' };

  constructor(cause?: unknown) {
    super('Try again in a moment.', { cause, retryAfterSeconds: 2 });
  }
}

/** The process is draining before it exits: another instance takes the next request. */
export class Stopping extends DomainError {
  static override code = 'STOPPING';
  static override kind = 'unavailable' as const;
  static override title = 'This instance is stopping';

  constructor() {
    super('Another instance takes over.', { retryAfterSeconds: 1 });
  }
}

/**
 * The answer took longer than anybody should wait. What the request was about to commit is rolled back; only where the commit itself was
 * under way may it stand.
 */
export class RequestTimedOut extends DomainError {
  static override code = 'REQUEST_TIMEOUT';
  static override kind = 'unavailable' as const;
  static override title = 'The answer took too long';
  static override example = { detail: 'Look whether it took effect, or send it again with the same Idempotency-Key.' };

  constructor(cause?: unknown) {
    super('Look whether it took effect, or send it again with the same Idempotency-Key.', { cause, retryAfterSeconds: 5 });
  }
}
