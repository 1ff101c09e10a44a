import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { insertRows } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import type { RewardClaim } from '../ledger/movement';

/**
 * Rewards of courses that are not open. They are never paid later for the same deed: else a course could be hidden, completed by
 * friends, and shown again for a second (decision 0016).
 */
@Injectable()
export class UnpaidRewards {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of what earned them. */
  async record(claims: readonly RewardClaim[]): Promise<void> {
    const worth = claims.filter(({ amount }) => amount > 0);
    if (worth.length === 0) return;
    const now = this.clock.now();
    const rows = worth.map(({ userId, relatedObject: { type, id }, amount }) => [userId, type, id, amount, now]);
    const columns = ['user_id', 'related_object_type', 'related_object_id', 'amount', 'created_at'];
    const once = 'ON CONFLICT (user_id, related_object_type, related_object_id) DO NOTHING';
    await insertRows(this.database, 'rewards_unpaidreward', columns, rows, once);
  }
}
