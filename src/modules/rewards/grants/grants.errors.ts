import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';

export class ConfirmationRequired extends DomainError {
  static override code = 'CONFIRMATION_REQUIRED';
  static override kind = 'conflict' as const;
  static override title = 'A second administrator has to confirm this';
  static override members = {
    dailyLimit: z.int().meta({ description: 'TeoCoins that one administrator gives alone in a day (UTC)' }),
    left: z.int().meta({ description: 'What is left of it today' }),
  };
  static override example = {
    ...{
      detail: 'You can give 500 more today. Ask for the rest with POST /rewards/grants.',
      dailyLimit: 10_000,
      left: 500,
    },
  };

  constructor(dailyLimit: number, left: number) {
    super(`You can give ${left} more today. Ask for the rest with POST /rewards/grants.`, {
      members: { dailyLimit, left },
    });
  }
}

export class GrantNotFound extends DomainError {
  static override code = 'GRANT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such grant';
}

/** Paid, declined or expired. */
export class GrantNotPending extends DomainError {
  static override code = 'GRANT_NOT_PENDING';
  static override kind = 'conflict' as const;
  static override title = 'Nobody has to decide about this grant any more';
  static override example = { detail: 'It was paid.' };
}
