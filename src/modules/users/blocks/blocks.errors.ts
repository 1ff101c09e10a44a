import { DomainError } from '../../../platform/errors/domain-error';

export class BlockOfOneself extends DomainError {
  static override code = 'BLOCK_OF_ONESELF';
  static override kind = 'invalid' as const;
  static override title = 'You cannot block yourself';
}

export class TooManyBlocks extends DomainError {
  static override code = 'TOO_MANY_BLOCKS';
  static override kind = 'conflict' as const;
  static override title = 'You have reached the limit of blocked people';
  static override example = { detail: 'You can block at most 1000 people.' };
}
