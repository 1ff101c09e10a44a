import { DomainEvent } from '../../platform/events/domain-event';
import type { TransactionType } from './ledger/transaction-types';

/** Coins a person received for something, one row of the ledger; transfers have an event of their own. */
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
