import { z } from 'zod';
import { DomainError } from '../../platform/errors/domain-error';

export class InsufficientBalance extends DomainError {
  static override code = 'INSUFFICIENT_BALANCE';
  static override kind = 'conflict' as const;
  static override title = 'There are not enough TeoCoins';

  constructor() {
    super('The balance does not cover this.');
  }
}

export class BalanceTooLarge extends DomainError {
  static override code = 'BALANCE_TOO_LARGE';
  static override kind = 'conflict' as const;
  static override title = 'Nobody can hold that many TeoCoins';
}

/** Names a person, or more, that the request speaks of and nobody can pay or be paid as: unknown, or not active. */
export class RecipientNotFound extends DomainError {
  static override code = 'RECIPIENT_NOT_FOUND';
  static override kind = 'invalid' as const;
  static override title = 'Nobody with this id can receive TeoCoins';
  static override example = { errors: [{ pointer: '/body/recipientId', message: 'No active person has this id' }] };

  constructor(pointers: readonly string[] = ['/body/recipientId']) {
    super(undefined, { errors: pointers.map((pointer) => ({ pointer, message: 'No active person has this id' })) });
  }
}

export class TransferToOneself extends DomainError {
  static override code = 'TRANSFER_TO_ONESELF';
  static override kind = 'invalid' as const;
  static override title = 'TeoCoins can only be given to somebody else';
}

export class TooManyRecipients extends DomainError {
  static override code = 'TOO_MANY_RECIPIENTS';
  static override kind = 'conflict' as const;
  static override title = 'More people than one reward can be given to';
  static override example = { detail: 'At most 10000 people: name them by userIds, in parts.' };
}

export class TransactionNotFound extends DomainError {
  static override code = 'TRANSACTION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such transaction';
}

export class AlreadyReversed extends DomainError {
  static override code = 'ALREADY_REVERSED';
  static override kind = 'conflict' as const;
  static override title = 'The transaction was reversed before';
}

export class NotReversible extends DomainError {
  static override code = 'NOT_REVERSIBLE';
  static override kind = 'conflict' as const;
  static override title = 'A transaction of this type is final';
  static override example = { detail: 'A reversal cannot be reversed: post an adjustment.' };
}

export class AchievementNotFound extends DomainError {
  static override code = 'ACHIEVEMENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no such achievement';
}

export class AlreadyAchieved extends DomainError {
  static override code = 'ALREADY_ACHIEVED';
  static override kind = 'conflict' as const;
  static override title = 'The person has this achievement';
}

/** For a week after joining: coins that a fresh account gathers do not leave the school, or meet in one purse, within an hour. */
export class YoungAccountLimit extends DomainError {
  static override code = 'YOUNG_ACCOUNT_LIMIT';
  static override kind = 'conflict' as const;
  static override title = 'Your account is too young to send or withdraw that many TeoCoins today';
  static override members = {
    left: z.int().min(0).meta({ description: 'TeoCoins that you can still send or withdraw today' }),
    until: z.iso.datetime().meta({ description: 'When the next day begins' }),
  };
  static override example = { left: 40, until: '2026-03-02T00:00:00.000Z' };

  constructor(left: number, until: Date) {
    super(undefined, { members: { left: Math.max(0, left), until: until.toISOString() } });
  }
}

export class TransferLimitReached extends DomainError {
  static override code = 'TRANSFER_LIMIT_REACHED';
  static override kind = 'conflict' as const;
  static override title = 'You have given to this person as often as you can in a day';
  static override members = {
    perDay: z.int().meta({ description: 'Transfers to the same person in a day' }),
    until: z.iso.datetime().meta({ description: 'When the next day begins' }),
  };
  static override example = { perDay: 10, until: '2026-03-02T00:00:00.000Z' };

  constructor(perDay: number, until: Date) {
    super(undefined, { members: { perDay, until: until.toISOString() } });
  }
}
