import { DomainEvent } from '../../platform/events/domain-event';
import type { TransactionType } from './ledger/transaction-types';

/**
 * A person has earned coins; one event for each ledger row. A transfer publishes `CoinsTransferred` instead. `isOwnAct` is true if the
 * person earned the coins by a request of their own. Events of older versions have no such field.
 */
export class CoinsEarned extends DomainEvent<{
  transactionId: number;
  userId: number;
  amount: number;
  type: TransactionType;
  description: string;
  isOwnAct?: boolean;
}> {
  static override readonly type = 'rewards.coins-earned.v1';
}

export class CoinsTransferred extends DomainEvent<{
  operationId: string;
  senderId: number;
  senderUsername: string;
  recipientId: number;
  amount: number;
  message: string;
}> {
  static override readonly type = 'rewards.coins-transferred.v1';
}

/** An administrator corrected a balance; one event for each ledger row. `amount` is negative if coins were taken. */
export class BalanceCorrected extends DomainEvent<{
  transactionId: number;
  userId: number;
  amount: number;
  kind: 'adjustment' | 'reversal';
  reason: string;
}> {
  static override readonly type = 'rewards.balance-corrected.v1';
}

/** `coins` is the number of TeoCoins that were paid for the achievement. Events of older versions have no such field. */
export class AchievementUnlocked extends DomainEvent<{
  achievementId: number;
  userId: number;
  achievementType: string;
  title: string;
  courseId: number | null;
  coins?: number;
}> {
  static override readonly type = 'rewards.achievement-unlocked.v1';
}
