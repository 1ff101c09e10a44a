import { Injectable } from '@nestjs/common';
import { int, nullable, text, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Earnings } from '../earning/earnings';
import type { RewardClaim } from '../ledger/movement';
import { AchievementUnlocked } from '../rewards.events';
import { UnpaidRewards } from '../earning/unpaid-rewards';
import { AchievementRules } from './achievement-rules';

export interface Award {
  userId: number;
  achievementType: string;
  courseId?: number | undefined;
  /** The administrator who granted it. */
  grantedById?: number;
  /** True if it was earned in a course that is not open: the learner gets the achievement, but no coins. */
  withoutCoins?: boolean;
}

const shape = { id: int, userId: int, achievementType: text, courseId: nullable(int) };
export type UnlockedAchievement = Row<typeof shape>;
const maxRowsPerStatement = 1_000;

/** Achievements with their coins. A person gets each achievement at most once, or at most once for each course. */
@Injectable()
export class Achievements {
  constructor(
    private readonly database: Database,
    private readonly earnings: Earnings,
    private readonly rules: AchievementRules,
    private readonly events: EventBus,
    private readonly unpaid: UnpaidRewards,
    private readonly clock: Clock,
  ) {}

  /** Unlocks the achievements that the people do not have yet, and returns only these. */
  async unlock(awards: readonly Award[]): Promise<UnlockedAchievement[]> {
    if (awards.length === 0) return [];
    return this.database.transaction(async () => {
      const unlocked = await this.insert(awards);
      if (unlocked.length === 0) return [];
      await this.pay(unlocked, awards);
      await this.events.publish(...unlocked.map((achievement) => this.eventOf(achievement)));
      return unlocked;
    });
  }

  private async pay(unlocked: readonly UnlockedAchievement[], awards: readonly Award[]): Promise<void> {
    const awardsByKey = new Map(awards.map((award) => [keyOf(award), award]));
    const claims = unlocked
      .map((achievement) => ({ achievement, award: awardsByKey.get(keyOf(achievement)) }))
      .map(({ achievement, award }) => ({ claim: this.claimOf(achievement, award?.grantedById), award }))
      .filter(({ claim }) => claim.amount > 0);
    const claimsWhere = (condition: (award?: Award) => boolean): RewardClaim[] =>
      claims.filter(({ award }) => condition(award)).map(({ claim }) => claim);
    const granted = claimsWhere((award) => award?.grantedById !== undefined);
    const earned = claimsWhere((award) => award?.grantedById === undefined && !award?.withoutCoins);
    // A balance at its maximum refuses the grant of an administrator, but must not fail a learner's own step.
    if (granted.length > 0) await this.earnings.give(granted);
    await this.earnings.giveWithinLimits(
      earned,
      unlocked.map(({ userId }) => ({ userId, achievements: 1 })),
    );
    await this.unpaid.record(claimsWhere((award) => award?.withoutCoins === true));
  }

  private async insert(awards: readonly Award[]): Promise<UnlockedAchievement[]> {
    const ordered = distinctAwards(awards);
    const general = ordered.filter(({ courseId }) => courseId === undefined);
    const ofCourses = ordered.filter(({ courseId }) => courseId !== undefined);
    const unlocked: UnlockedAchievement[] = [];
    for (let from = 0; from < general.length; from += maxRowsPerStatement)
      unlocked.push(...(await this.insertMissing(general.slice(from, from + maxRowsPerStatement), uniquePerPersonSql)));
    for (let from = 0; from < ofCourses.length; from += maxRowsPerStatement)
      unlocked.push(
        ...(await this.insertMissing(ofCourses.slice(from, from + maxRowsPerStatement), uniquePerCourseSql)),
      );
    return unlocked;
  }

  private insertMissing(awards: readonly Award[], uniqueKeySql: string): Promise<UnlockedAchievement[]> {
    const now = this.clock.now();
    const values = awards.map(({ userId, achievementType, courseId, grantedById }): Value[] => {
      const metadata = grantedById === undefined ? {} : { grantedById };
      return [userId, achievementType, courseId, now, 100, metadata];
    });
    // An imported row can have a progress below 100: it is completed here. An earned achievement is not changed.
    return this.database.rows(
      shape,
      `INSERT INTO rewards_achievement (user_id, achievement_type, course_id, earned_at, progress, metadata)
       VALUES ${tuplesSql(awards.length, 6)}
       ON CONFLICT ${uniqueKeySql} DO UPDATE SET progress = 100, earned_at = excluded.earned_at, metadata = excluded.metadata
         WHERE rewards_achievement.progress < 100
       RETURNING id, user_id AS "userId", achievement_type AS "achievementType", course_id AS "courseId"`,
      values.flat(),
    );
  }

  private claimOf({ id, userId, achievementType }: UnlockedAchievement, actorId?: number): RewardClaim {
    return {
      userId,
      type: 'earned_achievement',
      amount: this.rules.rewardOf(achievementType),
      description: `Achievement: ${this.rules.titleOf(achievementType)}`,
      relatedObject: { type: 'rewards.achievement', id },
      ...(actorId === undefined ? {} : { actorId }),
    };
  }

  private eventOf({ id, userId, achievementType, courseId }: UnlockedAchievement): AchievementUnlocked {
    const title = this.rules.titleOf(achievementType);
    return new AchievementUnlocked({ achievementId: id, userId, achievementType, title, courseId });
  }
}

/** The columns and conditions of the two partial unique indexes. */
const uniquePerPersonSql = '(user_id, achievement_type) WHERE course_id IS NULL';
const uniquePerCourseSql = '(user_id, achievement_type, course_id) WHERE course_id IS NOT NULL';

const keyOf = ({ userId, achievementType, courseId }: Omit<UnlockedAchievement, 'id'> | Award): string =>
  `${userId} ${achievementType} ${courseId ?? ''}`;

/**
 * Removes duplicates, because one statement must not change a row twice. Sorts by user id, so that two concurrent batches wait for
 * each other instead of running into a deadlock.
 */
function distinctAwards(awards: readonly Award[]): Award[] {
  const awardsByKey = new Map(awards.map((award) => [keyOf(award), award]));
  return [...awardsByKey.values()].sort((one, other) => one.userId - other.userId);
}
