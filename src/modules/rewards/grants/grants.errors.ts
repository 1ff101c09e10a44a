import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';

export class ConfirmationRequired extends DomainError {
  static override code = 'CONFIRMATION_REQUIRED';
  static override kind = 'conflict' as const;
  static override title = 'A second administrator must confirm this gift';
  static override members = {
    dailyLimit: z
      .int()
      .meta({ description: 'TeoCoins that one administrator can give in a day (UTC) without a confirmation' }),
    left: z.int().meta({ description: 'How much of the limit is left today' }),
  };
  static override example = {
    detail:
      'You can give 500 more TeoCoins today without a confirmation. Request a larger gift with POST /rewards/grants.',
    dailyLimit: 10_000,
    left: 500,
  };

  constructor(dailyLimit: number, left: number) {
    const detail = `You can give ${left} more TeoCoins today without a confirmation. Request a larger gift with POST /rewards/grants.`;
    super(detail, { members: { dailyLimit, left } });
  }
}

export class GrantNotFound extends DomainError {
  static override code = 'GRANT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such grant';
}

/** The grant is paid, declined or expired. */
export class GrantNotPending extends DomainError {
  static override code = 'GRANT_NOT_PENDING';
  static override kind = 'conflict' as const;
  static override title = 'The grant is no longer pending';
  static override example = { detail: 'The grant is already paid.' };
}
