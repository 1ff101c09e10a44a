import { DomainError } from '../errors/domain-error';

export class EventNotFound extends DomainError {
  static override code = 'EVENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'The outbox has no such event';
  static override example = { detail: 'The outbox has no event 42.' };
}
