import { Injectable } from '@nestjs/common';
import type { Loading } from '../../../platform/data/data-rules';
import { Database } from '../../../platform/database/database';
import { chunksOf, tuplesSql } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';

/** An achievement that a learner has just earned, as responses show it. */
export interface NewAchievement {
  type: string;
  title: string;
}

export interface TotalsIncrease {
  userId: number;
  coins?: number;
  achievements?: number;
  /** The achievements that `achievements` counts. They are not stored here, but shown in the response to the learner's act. */
  unlocked?: readonly NewAchievement[];
}

const collectedKey = Symbol('earned by a learner, not written yet');

/** Adds to the stored totals of the coins and achievements of learners. The modules that import Progress call this class. */
@Injectable()
export class LearnerTotals {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Adds to the totals inside the caller's transaction. If a learner appears twice, both increases are added. */
  async add(increases: readonly TotalsIncrease[]): Promise<void> {
    const collected = this.database.unit().notes.get(collectedKey) as TotalsIncrease[] | undefined;
    if (collected) collected.push(...increases);
    else await this.write(sumByUser(increases));
  }

  /**
   * Runs `work` and returns the sum of the increases that `work` adds for this learner. They are not written here: the caller must
   * write them together with its own changes of the learner's row, so that a completion updates the row once. Increases for other
   * learners are written here.
   */
  async collect(userId: number, work: () => Promise<void>): Promise<Required<TotalsIncrease>> {
    const { notes } = this.database.unit();
    const collected: TotalsIncrease[] = [];
    notes.set(collectedKey, collected);
    try {
      await work();
    } finally {
      notes.delete(collectedKey);
    }
    const totals = sumByUser(collected);
    await this.write(totals.filter((total) => total.userId !== userId));
    return totals.find((total) => total.userId === userId) ?? { userId, coins: 0, achievements: 0, unlocked: [] };
  }

  /** Sends one statement for each `maxRowsPerStatement` learners, in ascending order of user ids. */
  private async write(totals: readonly Required<TotalsIncrease>[]): Promise<void> {
    for (const chunk of chunksOf(totals, this.database.dialect.maxRowsPerStatement)) {
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
   * Corrects the totals after an import. Each SQL text computes the correct total for a row of `users_userprogress` (alias `p`).
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

function sumByUser(increases: readonly TotalsIncrease[]): Required<TotalsIncrease>[] {
  const sums = new Map<number, Required<TotalsIncrease>>();
  for (const { userId, coins, achievements, unlocked = [] } of increases) {
    const sum = sums.get(userId) ?? { userId, coins: 0, achievements: 0, unlocked: [] };
    sum.coins += coins ?? 0;
    sum.achievements += achievements ?? 0;
    sum.unlocked = [...sum.unlocked, ...unlocked];
    sums.set(userId, sum);
  }
  return [...sums.values()].sort((first, second) => first.userId - second.userId);
}
