import { Injectable, Logger } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { LearnerTotals, type Earned } from '../../progress';
import { Ledger } from '../ledger/ledger';
import type { Movement, PostedMovement, RewardClaim } from '../ledger/movement';
import { CoinsEarned } from '../rewards.events';

/**
 * Pays coins that count as earned: writes the ledger row, adds to the learner's total and publishes `CoinsEarned`.
 * Lock order: totals before balances. A learner's own step has already locked its totals when it calls `reward`; the other
 * methods lock them first.
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

  /** Pays each reward for completed work at most once (rule 12). Claims of zero coins are skipped. */
  async reward(claims: readonly RewardClaim[]): Promise<PostedMovement[]> {
    const payable = claims.filter((claim) => claim.amount > 0);
    if (payable.length === 0) return [];
    return this.database.transaction(async () => {
      const posted = await this.ledger.reward(payable);
      await this.totals.add(posted.map(({ userId, amount }) => ({ userId, coins: amount })));
      return this.publishEarned(posted);
    });
  }

  /**
   * Pays all movements or none, for example a gift of an administrator.
   * @param otherTotals changes of other totals of the same people, made in the same statement
   */
  async give(movements: readonly Movement[], otherTotals: readonly Earned[] = []): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const earned = [...movements.map(({ userId, amount }) => ({ userId, coins: amount })), ...otherTotals];
      await this.lockTotals([...new Set(earned.map(({ userId }) => userId))]);
      await this.totals.add(earned);
      return this.publishEarned(await this.ledger.post(movements));
    });
  }

  /** Like `give`, but skips people whose balance would exceed its maximum, because the learner's step must not fail for that. */
  async giveWithinLimits(movements: readonly Movement[], otherTotals: readonly Earned[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      await this.lockTotals([...new Set(otherTotals.map(({ userId }) => userId))]);
      const posted = await this.ledger.postWithinLimits(movements);
      const skippedCount = movements.length - posted.length;
      if (skippedCount > 0)
        this.log.warn(`${skippedCount} of ${movements.length} payments skipped: the balance would exceed its maximum`);
      await this.totals.add([...posted.map(({ userId, amount }) => ({ userId, coins: amount })), ...otherTotals]);
      return this.publishEarned(posted);
    });
  }

  /** Locks in ascending order of ids, so that two large gifts wait for each other instead of running into a deadlock. */
  private async lockTotals(userIds: readonly number[]): Promise<void> {
    const forUpdateSql = this.database.dialect.forUpdate();
    if (!forUpdateSql || userIds.length < 2) return;
    await this.database.rows(
      { userId: int },
      `SELECT user_id AS "userId" FROM users_userprogress WHERE user_id IN (${placeholders(userIds.length)})
       ORDER BY user_id${forUpdateSql}`,
      userIds,
    );
  }

  private async publishEarned(posted: PostedMovement[]): Promise<PostedMovement[]> {
    const events = posted.map(
      ({ id, userId, amount, type, description }) =>
        new CoinsEarned({ transactionId: id, userId, amount, type, description }),
    );
    await this.events.publish(...events);
    return posted;
  }
}
