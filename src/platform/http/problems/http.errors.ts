import { DomainError, type FieldError } from '../../errors/domain-error';

export class ValidationFailed extends DomainError {
  static override code = 'VALIDATION_FAILED';
  static override kind = 'invalid' as const;
  static override title = 'The request is not valid';
  static override example = {
    errors: [{ pointer: '/body/title', message: 'Must have at least 1 character', rule: 'min_length' }],
  };

  constructor(errors: FieldError[]) {
    super(undefined, { errors });
  }
}

export class InvalidCursor extends DomainError {
  static override code = 'INVALID_CURSOR';
  static override kind = 'invalid' as const;
  static override title = 'The cursor does not belong to this list';
  static override example = {
    errors: [
      { pointer: '/query/cursor', message: 'Must be the nextCursor of the previous page, unchanged', rule: 'cursor' },
    ],
  };

  constructor() {
    super('A cursor is valid only for the list, filter and order that returned it.', {
      errors: InvalidCursor.example.errors,
    });
  }
}

export class MalformedRequest extends DomainError {
  static override code = 'MALFORMED_REQUEST';
  static override kind = 'malformed' as const;
  static override title = 'The request cannot be read';
  static override example = { detail: 'The address contains an invalid percent-encoding.' };
}

export class MalformedJson extends DomainError {
  static override code = 'MALFORMED_JSON';
  static override kind = 'malformed' as const;
  static override title = 'The body is not JSON';
  static override example = { detail: 'Unexpected end of JSON input' };
}

export class BodyTooLarge extends DomainError {
  static override code = 'BODY_TOO_LARGE';
  static override kind = 'payload-too-large' as const;
  static override title = 'The body is too large';
}

export class HeadersTooLarge extends DomainError {
  static override code = 'HEADERS_TOO_LARGE';
  static override kind = 'headers-too-large' as const;
  static override title = 'The headers are too large';
  static override example = { detail: 'Send at most 16 KB of headers.' };

  constructor() {
    super('Send at most 16 KB of headers.');
  }
}

export class UnsupportedMediaType extends DomainError {
  static override code = 'UNSUPPORTED_MEDIA_TYPE';
  static override kind = 'unsupported-media-type' as const;
  static override title = 'The media type of the body is not supported';
  static override example = { detail: 'Send application/json.' };
}

export class RouteNotFound extends DomainError {
  static override code = 'ROUTE_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such route';
}

export class MethodNotAllowed extends DomainError {
  static override code = 'METHOD_NOT_ALLOWED';
  static override kind = 'method-not-allowed' as const;
  static override title = 'The route does not support this method';

  constructor(readonly allowed: string[]) {
    super(`Allowed methods: ${allowed.join(', ')}.`);
  }
}

export class RateLimited extends DomainError {
  static override code = 'RATE_LIMITED';
  static override kind = 'too-many-requests' as const;
  static override title = 'Too many requests';
  static override example = { detail: 'Try again in 12 seconds.' };

  constructor(retryAfterSeconds: number, reason = '') {
    super(`${reason} Try again in ${retryAfterSeconds} seconds.`.trim(), { retryAfterSeconds });
  }
}

export class IdempotencyKeyRequired extends DomainError {
  static override code = 'IDEMPOTENCY_KEY_REQUIRED';
  static override kind = 'malformed' as const;
  static override title = 'The request needs an Idempotency-Key';
  static override example = {
    detail: 'Choose any key, and send the same key when you repeat the request.',
  };

  constructor() {
    super('Choose any key, and send the same key when you repeat the request.');
  }
}

export class IdempotencyKeyReused extends DomainError {
  static override code = 'IDEMPOTENCY_KEY_REUSED';
  static override kind = 'conflict' as const;
  static override title = 'The idempotency key was used for another request';
  static override example = { detail: 'Choose a new key for a new request.' };
}

export class PreconditionFailed extends DomainError {
  static override code = 'PRECONDITION_FAILED';
  static override kind = 'precondition-failed' as const;
  static override title = 'The resource was changed in the meantime';
  static override example = { detail: 'Read the current version, apply your change to it, and send its ETag.' };
}

/** A bug of the server. The response does not show the cause, and the log shows it with the same trace id. */
export class InternalError extends DomainError {
  static override code = 'INTERNAL';
  static override kind = 'internal' as const;
  static override title = 'An internal error occurred';
}
