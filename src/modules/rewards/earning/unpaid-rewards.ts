import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertEntities } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import type { RewardClaim } from '../ledger/movement';
import { UnpaidReward } from './unpaid-reward.entity';

const unpaidReward = columnsOf(UnpaidReward).without('id');

/**
 * Stores the rewards of completions in courses that are not open. These rewards are not paid when the course opens, because a
 * teacher could otherwise hide a course, let friends complete it, and then publish it for one second (decision 0016).
 */
@Injectable()
export class UnpaidRewards {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Must run in the transaction that writes the completion, so that the database stores both or neither. */
  async record(claims: readonly RewardClaim[]): Promise<void> {
    const unpaidClaims = claims.filter(({ amount }) => amount > 0);
    if (unpaidClaims.length === 0) return;
    const now = this.clock.now();
    const rows = unpaidClaims.map(({ userId, relatedObject, amount }) => {
      const { type, id } = relatedObject;
      return { userId, relatedObjectType: type, relatedObjectId: id, amount, createdAt: now };
    });
    const onConflictSql = 'ON CONFLICT (user_id, related_object_type, related_object_id) DO NOTHING';
    await insertEntities(this.database, unpaidReward, rows, onConflictSql);
  }
}
