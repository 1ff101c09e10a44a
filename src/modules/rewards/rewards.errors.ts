import { DomainError } from '../../platform/errors/domain-error';

export class InsufficientBalance extends DomainError {
  static override code = 'INSUFFICIENT_BALANCE';
  static override kind = 'conflict' as const;
  static override title = 'There are not enough TeoCoins';
}

export class RecipientNotFound extends DomainError {
  static override code = 'RECIPIENT_NOT_FOUND';
  static override kind = 'invalid' as const;
  static override title = 'Nobody with this id can receive TeoCoins';
  static override example = { errors: [{ pointer: '/body/recipientId', message: 'No active person has this id' }] };

  constructor() {
    super(undefined, { errors: [{ pointer: '/body/recipientId', message: 'No active person has this id' }] });
  }
}

export class TransferToOneself extends DomainError {
  static override code = 'TRANSFER_TO_ONESELF';
  static override kind = 'invalid' as const;
  static override title = 'TeoCoins can only be given to somebody else';
}
