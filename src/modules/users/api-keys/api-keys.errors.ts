import { DomainError } from '../../../platform/errors/domain-error';

export class ApiKeyNotFound extends DomainError {
  static override code = 'API_KEY_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such API key';
}

export class TooManyApiKeys extends DomainError {
  static override code = 'TOO_MANY_API_KEYS';
  static override kind = 'conflict' as const;
  static override title = 'You have too many API keys';
  static override example = { detail: 'Revoke one of the 20 keys first.' };

  constructor(maxCount: number) {
    super(`Revoke one of the ${maxCount} keys first.`);
  }
}
