import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { insertRows } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import type { RewardClaim } from '../ledger/movement';

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
    const rows = unpaid.map(({ userId, relatedObject: { type, id }, amount }) => [userId, type, id, amount, now]);
    const columns = ['user_id', 'related_object_type', 'related_object_id', 'amount', 'created_at'];
    const onConflictSql = 'ON CONFLICT (user_id, related_object_type, related_object_id) DO NOTHING';
    await insertRows(this.database, 'rewards_unpaidreward', columns, rows, onConflictSql);
  }
}
