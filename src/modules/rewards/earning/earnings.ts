import { Injectable, Logger } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { LearnerTotals, type Earned } from '../../progress';
import { Ledger } from '../ledger/ledger';
import type { Movement, Posted, RewardClaim } from '../ledger/movement';
import { CoinsEarned } from '../rewards.events';

/**
 * Coins a learner earns: the ledger's row, the total on their progress, and the news of it. Totals are locked before
 * balances everywhere: a step of a learner holds its totals when it comes here, `give` takes them first.
 */
@Injectable()
export class Earnings {
  private readonly log = new Logger('Ledger');

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
    return this.database.transaction(async () => {
      const posted = await this.ledger.reward(worth);
      await this.totals.add(posted.map(({ userId, amount }) => ({ userId, coins: amount })));
      return this.tell(posted);
    });
  }

  /**
   * Coins that are paid now or not at all: what an administrator gives, what comes with something that was just made.
   * `also` moves other totals of the same people in the same statement.
   */
  async give(movements: readonly Movement[], also: readonly Earned[] = []): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const earned = [...movements.map(({ userId, amount }) => ({ userId, coins: amount })), ...also];
      await this.lockTotals([...new Set(earned.map(({ userId }) => userId))]);
      await this.totals.add(earned);
      return this.tell(await this.ledger.post(movements));
    });
  }

  /** Like `give`, inside a learner's step, which must not fail: people whose balance has no room are left out. */
  async giveWhatFits(movements: readonly Movement[], also: readonly Earned[]): Promise<Posted[]> {
    return this.database.transaction(async () => {
      await this.lockTotals([...new Set(also.map(({ userId }) => userId))]);
      const posted = await this.ledger.postWhatFits(movements);
      const full = movements.length - posted.length;
      if (full > 0) this.log.warn(`${full} of ${movements.length} payments are left out: no balance may be that large`);
      await this.totals.add([...posted.map(({ userId, amount }) => ({ userId, coins: amount })), ...also]);
      return this.tell(posted);
    });
  }

  /** In one order, so that two large gifts queue instead of meeting head-on. */
  private async lockTotals(userIds: readonly number[]): Promise<void> {
    const suffix = this.database.dialect.forUpdate();
    if (!suffix || userIds.length < 2) return;
    await this.database.rows(
      { userId: int },
      `SELECT user_id AS "userId" FROM users_userprogress WHERE user_id IN (${placeholders(userIds.length)})
       ORDER BY user_id${suffix}`,
      userIds,
    );
  }

  private async tell(posted: Posted[]): Promise<Posted[]> {
    const news = posted.map(
      ({ id, userId, amount, type, description }) =>
        new CoinsEarned({ transactionId: id, userId, amount, type, description }),
    );
    await this.events.publish(...news);
    return posted;
  }
}
