import { z } from 'zod';
import { DomainError } from '../../platform/errors/domain-error';

export class InsufficientBalance extends DomainError {
  static override code = 'INSUFFICIENT_BALANCE';
  static override kind = 'conflict' as const;
  static override title = 'The balance is too small';

  constructor() {
    super('The amount is larger than the balance.');
  }
}

export class BalanceTooLarge extends DomainError {
  static override code = 'BALANCE_TOO_LARGE';
  static override kind = 'conflict' as const;
  static override title = 'The balance would exceed its maximum';
}

/** Thrown if people in the request cannot receive coins, because their accounts are unknown or not active. */
export class RecipientNotFound extends DomainError {
  static override code = 'RECIPIENT_NOT_FOUND';
  static override kind = 'invalid' as const;
  static override title = 'A recipient is unknown or not active';
  static override example = {
    errors: [{ pointer: '/body/recipientId', message: 'No active person has this id', rule: 'recipient' }],
  };

  constructor(pointers: readonly string[] = ['/body/recipientId'], message = 'No active person has this id') {
    super(undefined, { errors: pointers.map((pointer) => ({ pointer, message, rule: 'recipient' })) });
  }
}

export class TransferToOneself extends DomainError {
  static override code = 'TRANSFER_TO_ONESELF';
  static override kind = 'invalid' as const;
  static override title = 'The recipient is the sender';
}

export class TooManyRecipients extends DomainError {
  static override code = 'TOO_MANY_RECIPIENTS';
  static override kind = 'conflict' as const;
  static override title = 'The reward has too many recipients';
  static override example = { detail: 'One reward has at most 10000 recipients. Send several requests with userIds.' };
}

export class TransactionNotFound extends DomainError {
  static override code = 'TRANSACTION_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such transaction';
}

export class TransferNotFound extends DomainError {
  static override code = 'TRANSFER_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have sent no such transfer';
}

export class AlreadyReversed extends DomainError {
  static override code = 'ALREADY_REVERSED';
  static override kind = 'conflict' as const;
  static override title = 'The transaction is already reversed';
}

export class NotReversible extends DomainError {
  static override code = 'NOT_REVERSIBLE';
  static override kind = 'conflict' as const;
  static override title = 'A transaction of this type cannot be reversed';
  static override example = {
    detail: 'A transaction of type reversal cannot be reversed. Post an adjustment instead.',
  };
}

export class AchievementNotFound extends DomainError {
  static override code = 'ACHIEVEMENT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You do not have this achievement';
}

export class AlreadyAchieved extends DomainError {
  static override code = 'ALREADY_ACHIEVED';
  static override kind = 'conflict' as const;
  static override title = 'The person already has this achievement';
}

/**
 * A new account can send and withdraw only few coins a day, so that a person with many fake accounts cannot quickly collect their
 * coins in one account or on the chain.
 */
export class YoungAccountLimit extends DomainError {
  static override code = 'YOUNG_ACCOUNT_LIMIT';
  static override kind = 'conflict' as const;
  static override title = 'Your account is too new to send or withdraw that many TeoCoins today';
  static override members = {
    left: z.int().min(0).meta({ description: 'TeoCoins that you can still send or withdraw today' }),
    resetsAt: z.iso.datetime().meta({ description: 'Start of the next day (UTC)' }),
  };
  static override example = { left: 40, resetsAt: '2026-03-02T00:00:00.000Z' };

  constructor(left: number, resetsAt: Date) {
    super(undefined, { members: { left: Math.max(0, left), resetsAt: resetsAt.toISOString() } });
  }
}

/** A thief may have reset the password, so the owner of the account gets a day to notice it. */
export class CoinsHeld extends DomainError {
  static override code = 'COINS_HELD';
  static override kind = 'conflict' as const;
  static override title = 'You cannot send or withdraw TeoCoins yet, because your password was reset';
  static override members = { endsAt: z.iso.datetime().meta({ description: 'End of the hold' }) };
  static override example = { endsAt: '2026-03-02T09:30:00.000Z' };

  constructor(endsAt: Date) {
    super(undefined, { members: { endsAt: endsAt.toISOString() } });
  }
}

export class TransferLimitReached extends DomainError {
  static override code = 'TRANSFER_LIMIT_REACHED';
  static override kind = 'conflict' as const;
  static override title = 'You have reached the daily number of transfers to this person';
  static override members = {
    perDay: z.int().meta({ description: 'Maximum number of transfers to the same person in a day' }),
    resetsAt: z.iso.datetime().meta({ description: 'Start of the next day (UTC)' }),
  };
  static override example = { perDay: 10, resetsAt: '2026-03-02T00:00:00.000Z' };

  constructor(perDay: number, resetsAt: Date) {
    super(undefined, { members: { perDay, resetsAt: resetsAt.toISOString() } });
  }
}
