import { Injectable } from '@nestjs/common';
import type { Loading } from '../../../platform/data/data-rules';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';

export interface Earned {
  userId: number;
  coins?: number;
  achievements?: number;
}

const collectedKey = Symbol('earned by a learner, not written yet');

/** Adds to the coins and achievements that learners have earned so far. Modules above Progress call it. */
@Injectable()
export class LearnerTotals {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Adds to the totals inside the caller's transaction. If a learner appears twice, both entries are added. */
  async add(earned: readonly Earned[]): Promise<void> {
    const collected = this.database.unit().notes.get(collectedKey) as Earned[] | undefined;
    if (collected) collected.push(...earned);
    else await this.write(sumByUser(earned));
  }

  /**
   * Runs `work`, and returns what it adds for this learner. The caller must write that itself, together with its own changes of
   * the learner's row, so that a completion updates the row once. What `work` adds for other learners is written here.
   */
  async collect(userId: number, work: () => Promise<void>): Promise<Required<Earned>> {
    const { notes } = this.database.unit();
    const collected: Earned[] = [];
    notes.set(collectedKey, collected);
    try {
      await work();
    } finally {
      notes.delete(collectedKey);
    }
    const totals = sumByUser(collected);
    await this.write(totals.filter((total) => total.userId !== userId));
    return totals.find((total) => total.userId === userId) ?? { userId, coins: 0, achievements: 0 };
  }

  /** Sends one statement for each `maxRowsPerStatement` learners. */
  private async write(totals: readonly Required<Earned>[]): Promise<void> {
    const maxRows = this.database.dialect.maxRowsPerStatement;
    for (let from = 0; from < totals.length; from += maxRows) {
      const chunk = totals.slice(from, from + maxRows);
      await this.database.run(
        `UPDATE users_userprogress SET total_teocoins_earned = total_teocoins_earned + v.column2,
           achievements_earned = achievements_earned + v.column3, updated_at = $1
         FROM (VALUES ${tuplesSql(chunk.length, 3, ['bigint', 'bigint', 'int'], 2)}) AS v
         WHERE users_userprogress.user_id = v.column1`,
        [this.clock.now(), ...chunk.flatMap(({ userId, coins, achievements }) => [userId, coins, achievements])],
      );
    }
  }

  /**
   * Corrects the totals after an import. Both SQL texts compute the true value for one row of `users_userprogress` (alias `p`).
   * @returns how many rows were corrected
   */
  async correct(
    load: Loading,
    { coinsSql, achievementsSql }: { coinsSql: string; achievementsSql: string },
  ): Promise<number> {
    return load.run(
      `UPDATE users_userprogress AS p SET total_teocoins_earned = ${coinsSql}, achievements_earned = ${achievementsSql}
       WHERE p.total_teocoins_earned <> ${coinsSql} OR p.achievements_earned <> ${achievementsSql}`,
    );
  }
}

function sumByUser(earned: readonly Earned[]): Required<Earned>[] {
  const byUser = new Map<number, Required<Earned>>();
  for (const { userId, coins = 0, achievements = 0 } of earned) {
    const total = byUser.get(userId) ?? { userId, coins: 0, achievements: 0 };
    byUser.set(userId, { userId, coins: total.coins + coins, achievements: total.achievements + achievements });
  }
  return [...byUser.values()].sort((one, other) => one.userId - other.userId);
}
