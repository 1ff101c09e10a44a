import { Injectable, Logger } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { LearnerTotals, type TotalsIncrease } from '../../progress';
import { Ledger } from '../ledger/ledger';
import type { Movement, PostedMovement, RewardClaim } from '../ledger/movement';
import { CoinsEarned } from '../rewards.events';

/**
 * Pays coins that count as earned: writes the ledger row, adds to the learner's total and publishes `CoinsEarned`.
 * The lock order is the learners' totals first, then their balances. `reward` locks no totals, because the transaction of a
 * completion has locked them before. The other methods lock them.
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
      await this.totals.add(posted.map(toIncrease));
      return this.publishEarned(posted);
    });
  }

  /**
   * Pays all movements or none, for example a gift of an administrator.
   * @param otherIncreases increases of other totals of the same people, written by the same statement
   */
  async give(
    movements: readonly Movement[],
    otherIncreases: readonly TotalsIncrease[] = [],
  ): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const increases = [...movements.map(toIncrease), ...otherIncreases];
      await this.lockTotals(increases);
      await this.totals.add(increases);
      const posted = await this.ledger.post(movements);
      return this.publishEarned(posted);
    });
  }

  /** Like `give`, but skips people whose balance would exceed its maximum, because a completion must not fail for that reason. */
  async giveWithinLimits(
    movements: readonly Movement[],
    otherIncreases: readonly TotalsIncrease[],
  ): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      await this.lockTotals(otherIncreases);
      const posted = await this.ledger.postWithinLimits(movements);
      const skippedCount = movements.length - posted.length;
      if (skippedCount > 0)
        this.log.warn(`${skippedCount} of ${movements.length} payments skipped: the balance would exceed its maximum`);
      await this.totals.add([...posted.map(toIncrease), ...otherIncreases]);
      return this.publishEarned(posted);
    });
  }

  /** Locks the totals in ascending order of user ids, so that two large gifts wait for each other instead of deadlocking. */
  private async lockTotals(increases: readonly TotalsIncrease[]): Promise<void> {
    const userIds = [...new Set(increases.map(({ userId }) => userId))];
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
      ({ id, userId, amount, type, description, isOwnAct = false }) =>
        new CoinsEarned({ transactionId: id, userId, amount, type, description, isOwnAct }),
    );
    await this.events.publish(...events);
    return posted;
  }
}

const toIncrease = ({ userId, amount }: Movement): TotalsIncrease => ({ userId, coins: amount });
