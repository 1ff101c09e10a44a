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
