import { DomainError } from '../../../platform/errors/domain-error';

/** There is no such pin, or the caller may not see it. */
export class PinNotFound extends DomainError {
  static override code = 'PIN_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'The pin was not found';
}

export class PinHasReplies extends DomainError {
  static override code = 'PIN_HAS_REPLIES';
  static override kind = 'conflict' as const;
  static override title = 'A pin with replies cannot be deleted: resolve it instead';
}

export class TooManyPins extends DomainError {
  static override code = 'TOO_MANY_PINS';
  static override kind = 'conflict' as const;
  static override title = 'A submission can have at most 200 pins';
}

export class TooManyReplies extends DomainError {
  static override code = 'TOO_MANY_REPLIES';
  static override kind = 'conflict' as const;
  static override title = 'A pin can have at most 50 replies';
}
