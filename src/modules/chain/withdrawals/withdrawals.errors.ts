import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';

export class WithdrawalNotFound extends DomainError {
  static override code = 'WITHDRAWAL_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such withdrawal';
}

export class WithdrawalLimitReached extends DomainError {
  static override code = 'WITHDRAWAL_LIMIT_REACHED';
  static override kind = 'conflict' as const;
  static override title = 'The limit of withdrawals is reached';
  static override members = {
    limit: z
      .enum(['daily', 'open'])
      .meta({ description: 'daily: TeoCoins within 24 hours; open: withdrawals that are under way' }),
    remaining: z.int().min(0).meta({ description: 'The TeoCoins or withdrawals that the limit still allows' }),
  };
  static override example = { limit: 'daily', remaining: 1_500 };

  constructor(limit: 'daily' | 'open', remaining: number) {
    super(undefined, { members: { limit, remaining: Math.max(0, remaining) } });
  }
}

/** The withdrawal may be paid already or at any moment, it has ended or is halted, or an administrator has already cancelled it. */
export class WithdrawalUnderWay extends DomainError {
  static override code = 'WITHDRAWAL_UNDER_WAY';
  static override kind = 'conflict' as const;
  static override title = 'The withdrawal can no longer be cancelled';
}
