import { DomainEvent } from '../../platform/events/domain-event';
import type { TransactionType } from './ledger/transaction-types';

/** A person has earned coins; one event for each ledger row. A transfer publishes `CoinsTransferred` instead. */
export class CoinsEarned extends DomainEvent<{
  transactionId: number;
  userId: number;
  amount: number;
  type: TransactionType;
  description: string;
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

export class AchievementUnlocked extends DomainEvent<{
  achievementId: number;
  userId: number;
  achievementType: string;
  title: string;
  courseId: number | null;
}> {
  static override readonly type = 'rewards.achievement-unlocked.v1';
}
