import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { tuples } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';

export interface Earned {
  userId: number;
  coins?: number;
  achievements?: number;
}

/** The counters of `users_userprogress` that modules above move: what a learner has earned so far. */
@Injectable()
export class LearnerTotals {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One statement for each `maxRowsPerStatement` learners; a learner named twice counts twice. */
  async add(earned: readonly Earned[]): Promise<void> {
    const totals = summed(earned);
    const perStatement = this.database.dialect.maxRowsPerStatement;
    for (let from = 0; from < totals.length; from += perStatement) {
      const chunk = totals.slice(from, from + perStatement);
      await this.database.run(
        `UPDATE users_userprogress SET total_teocoins_earned = total_teocoins_earned + v.column2,
           achievements_earned = achievements_earned + v.column3, updated_at = $1
         FROM (VALUES ${tuples(chunk.length, 3, ['bigint', 'bigint', 'int'], 2)}) AS v
         WHERE users_userprogress.user_id = v.column1`,
        [this.clock.now(), ...chunk.flatMap(({ userId, coins, achievements }) => [userId, coins, achievements])],
      );
    }
  }
}

function summed(earned: readonly Earned[]): Required<Earned>[] {
  const byUser = new Map<number, Required<Earned>>();
  for (const { userId, coins = 0, achievements = 0 } of earned) {
    const total = byUser.get(userId) ?? { userId, coins: 0, achievements: 0 };
    byUser.set(userId, { userId, coins: total.coins + coins, achievements: total.achievements + achievements });
  }
  return [...byUser.values()].sort((one, other) => one.userId - other.userId);
}
