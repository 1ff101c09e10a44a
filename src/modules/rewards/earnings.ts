import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { EventBus } from '../../platform/events/event-bus';
import { LearnerTotals } from '../progress';
import { Ledger } from './ledger';
import type { Movement, Posted, RewardClaim } from './movement';
import { CoinsEarned } from './rewards.events';

/** Coins a learner earns: the ledger's row, the total on their progress, and the news of it. */
@Injectable()
export class Earnings {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly totals: LearnerTotals,
    private readonly events: EventBus,
  ) {}

  /** Rewards for what somebody did, each at most once (rule 12); those of nothing are none. */
  async reward(claims: readonly RewardClaim[]): Promise<Posted[]> {
    const worth = claims.filter((claim) => claim.amount > 0);
    if (worth.length === 0) return [];
    return this.database.transaction(async () => this.tell(await this.ledger.reward(worth)));
  }

  /** Coins an administrator gives. */
  async give(movements: readonly Movement[]): Promise<Posted[]> {
    return this.database.transaction(async () => this.tell(await this.ledger.post(movements)));
  }

  private async tell(posted: Posted[]): Promise<Posted[]> {
    await this.totals.add(posted.map(({ userId, amount }) => ({ userId, coins: amount })));
    const news = posted.map(
      ({ id, userId, amount, type, description }) =>
        new CoinsEarned({ transactionId: id, userId, amount, type, description }),
    );
    await this.events.publish(...news);
    return posted;
  }
}
