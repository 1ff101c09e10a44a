import { DomainError } from '../errors/domain-error';

export class EventNotFound extends DomainError {
  static override code = 'EVENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'No such event waits in the outbox';
  static override example = { detail: 'No event 42 waits in the outbox.' };
}
