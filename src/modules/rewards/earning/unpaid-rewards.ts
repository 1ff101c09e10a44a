import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertEntities } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import type { RewardClaim } from '../ledger/movement';
import { UnpaidReward } from './unpaid-reward.entity';

const unpaidReward = columnsOf(UnpaidReward).without('id');

/**
 * Rewards of courses that are not open. They are not paid later for the same completion, because a teacher could otherwise hide a
 * course, let friends complete it, and publish it for a second (decision 0016).
 */
@Injectable()
export class UnpaidRewards {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The caller's transaction is the one that wrote the completion. */
  async record(claims: readonly RewardClaim[]): Promise<void> {
    const unpaid = claims.filter(({ amount }) => amount > 0);
    if (unpaid.length === 0) return;
    const now = this.clock.now();
    const rows = unpaid.map(({ userId, relatedObject: { type, id }, amount }) => {
      return { userId, relatedObjectType: type, relatedObjectId: id, amount, createdAt: now };
    });
    const onConflictSql = 'ON CONFLICT (user_id, related_object_type, related_object_id) DO NOTHING';
    await insertEntities(this.database, unpaidReward, rows, onConflictSql);
  }
}
