import { DomainError } from './domain-error';

export class Unauthenticated extends DomainError {
  static override code = 'UNAUTHENTICATED';
  static override kind = 'unauthenticated' as const;
  static override title = 'Sign in first';
  static override example = { detail: 'The access token is missing, expired or revoked.' };
}

export class Forbidden extends DomainError {
  static override code = 'FORBIDDEN';
  static override kind = 'forbidden' as const;
  static override title = 'You may not do this';
  static override example = { detail: 'Only the teacher of the course may do this.' };
}
