import { Injectable } from '@nestjs/common';
import type { Row, Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { chunksOf, tuplesSql } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Earnings } from '../earning/earnings';
import type { RewardClaim } from '../ledger/movement';
import { AchievementUnlocked } from '../rewards.events';
import { UnpaidRewards } from '../earning/unpaid-rewards';
import { Achievement } from './achievement.entity';
import { AchievementRules } from './achievement-rules';

export interface Award {
  userId: number;
  achievementType: string;
  courseId?: number | undefined;
  /** The administrator who granted the achievement. */
  grantedById?: number;
  /** True if the course was not open when the achievement was earned. The learner gets the achievement, but no coins. */
  isUnpaid?: boolean;
}

const unlockedColumns = columnsOf(Achievement, ['id', 'userId', 'achievementType', 'courseId']);
const { shape } = unlockedColumns;
export type UnlockedAchievement = Row<typeof shape>;
const maxRowsPerStatement = 1_000;

/** Unlocks achievements and pays their coins. A person gets each achievement at most once, or at most once for each course. */
@Injectable()
export class Achievements {
  constructor(
    private readonly database: Database,
    private readonly earnings: Earnings,
    private readonly rules: AchievementRules,
    private readonly events: EventBus,
    private readonly unpaidRewards: UnpaidRewards,
    private readonly clock: Clock,
  ) {}

  /** Unlocks the achievements that the people do not have yet, and returns only these. */
  async unlock(awards: readonly Award[]): Promise<UnlockedAchievement[]> {
    if (awards.length === 0) return [];
    return this.database.transaction(async () => {
      const unlocked = await this.insert(awards);
      if (unlocked.length === 0) return [];
      const coins = await this.pay(unlocked, awards);
      await this.events.publish(...unlocked.map((achievement) => this.toUnlockedEvent(achievement, coins)));
      return unlocked;
    });
  }

  /** @returns the paid coins by the id of the achievement */
  private async pay(
    unlocked: readonly UnlockedAchievement[],
    awards: readonly Award[],
  ): Promise<ReadonlyMap<number, number>> {
    const awardsByKey = new Map(awards.map((award) => [awardKeyOf(award), award]));
    const granted: RewardClaim[] = [];
    const earned: RewardClaim[] = [];
    const unpaid: RewardClaim[] = [];
    for (const achievement of unlocked) {
      const award = awardsByKey.get(awardKeyOf(achievement)) as Award;
      const claim = this.toClaim(achievement, award.grantedById);
      if (claim.amount <= 0) continue;
      if (award.isUnpaid) unpaid.push(claim);
      if (award.grantedById !== undefined) granted.push(claim);
      else if (!award.isUnpaid) earned.push(claim);
    }
    const achievementCounts = unlocked.map(({ userId, achievementType: type }) => {
      return { userId, achievements: 1, unlocked: [{ type, title: this.rules.titleOf(type) }] };
    });
    // A grant by an administrator fails if the balance would exceed its maximum. A completion must not fail for that reason.
    const paidGrants = granted.length > 0 ? await this.earnings.give(granted) : [];
    const paidRewards = await this.earnings.giveWithinLimits(earned, achievementCounts);
    await this.unpaidRewards.record(unpaid);
    const paid = [...paidGrants, ...paidRewards];
    return new Map(paid.map(({ relatedObject, amount }) => [relatedObject!.id, amount]));
  }

  private async insert(awards: readonly Award[]): Promise<UnlockedAchievement[]> {
    const sortedAwards = distinctAwards(awards);
    const awardsWithoutCourse = sortedAwards.filter(({ courseId }) => courseId === undefined);
    const awardsForCourses = sortedAwards.filter(({ courseId }) => courseId !== undefined);
    return [
      ...(await this.insertInChunks(awardsWithoutCourse, uniquePerPersonSql)),
      ...(await this.insertInChunks(awardsForCourses, uniquePerCourseSql)),
    ];
  }

  private async insertInChunks(awards: readonly Award[], uniqueKeySql: string): Promise<UnlockedAchievement[]> {
    const unlocked: UnlockedAchievement[] = [];
    for (const chunk of chunksOf(awards, maxRowsPerStatement)) {
      unlocked.push(...(await this.insertMissing(chunk, uniqueKeySql)));
    }
    return unlocked;
  }

  private insertMissing(awards: readonly Award[], uniqueKeySql: string): Promise<UnlockedAchievement[]> {
    const now = this.clock.now();
    const values = awards.map(({ userId, achievementType, courseId, grantedById }): Value[] => {
      const metadata = grantedById === undefined ? {} : { grantedById };
      return [userId, achievementType, courseId, now, 100, metadata];
    });
    // An imported row can have a progress below 100 percent, and is completed here. An earned achievement is not changed.
    return this.database.rows(
      shape,
      `INSERT INTO rewards_achievement (user_id, achievement_type, course_id, earned_at, progress, metadata)
       VALUES ${tuplesSql(awards.length, 6)}
       ON CONFLICT ${uniqueKeySql} DO UPDATE SET progress = 100, earned_at = excluded.earned_at, metadata = excluded.metadata
         WHERE rewards_achievement.progress < 100
       RETURNING ${unlockedColumns.columns()}`,
      values.flat(),
    );
  }

  private toClaim({ id, userId, achievementType }: UnlockedAchievement, actorId?: number): RewardClaim {
    return {
      userId,
      type: 'earned_achievement',
      amount: this.rules.rewardOf(achievementType),
      description: `Achievement: ${this.rules.titleOf(achievementType)}`,
      relatedObject: { type: 'rewards.achievement', id },
      ...(actorId === undefined ? {} : { actorId }),
    };
  }

  private toUnlockedEvent(
    { id, userId, achievementType, courseId }: UnlockedAchievement,
    paidCoins: ReadonlyMap<number, number>,
  ): AchievementUnlocked {
    const title = this.rules.titleOf(achievementType);
    const coins = paidCoins.get(id) ?? 0;
    return new AchievementUnlocked({ achievementId: id, userId, achievementType, title, courseId, coins });
  }
}

/** The columns and conditions of the two partial unique indexes, for the ON CONFLICT clause. */
const uniquePerPersonSql = '(user_id, achievement_type) WHERE course_id IS NULL';
const uniquePerCourseSql = '(user_id, achievement_type, course_id) WHERE course_id IS NOT NULL';

const awardKeyOf = ({ userId, achievementType, courseId }: Omit<UnlockedAchievement, 'id'> | Award): string =>
  `${userId} ${achievementType} ${courseId ?? ''}`;

/**
 * Removes duplicates, because one statement must not change a row twice. Sorts by user id, so that two concurrent batches wait for
 * each other instead of deadlocking.
 */
function distinctAwards(awards: readonly Award[]): Award[] {
  const awardsByKey = new Map(awards.map((award) => [awardKeyOf(award), award]));
  return [...awardsByKey.values()].sort((first, second) => first.userId - second.userId);
}
