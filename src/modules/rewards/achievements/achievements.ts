import { Injectable } from '@nestjs/common';
import { int, nullable, text, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuples } from '../../../platform/database/insert-rows';
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
  /** The administrator who decided it. */
  grantedById?: number;
  /** Earned in a course that is not open: the badge is theirs, its coins are not paid. */
  withoutCoins?: boolean;
}

const shape = { id: int, userId: int, achievementType: text, courseId: nullable(int) };
export type Unlocked = Row<typeof shape>;
const perStatement = 1_000;

/** Badges and the coins that come with them: each at most once for a person, or for a person and a course. */
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

  /** Gives those that are not there yet; the others cost one statement and change nothing. */
  async unlock(awards: readonly Award[]): Promise<Unlocked[]> {
    if (awards.length === 0) return [];
    return this.database.transaction(async () => {
      const unlocked = await this.insert(awards);
      if (unlocked.length === 0) return [];
      await this.pay(unlocked, awards);
      await this.events.publish(...unlocked.map((one) => this.newsOf(one)));
      return unlocked;
    });
  }

  private async pay(unlocked: readonly Unlocked[], awards: readonly Award[]): Promise<void> {
    const byKey = new Map(awards.map((award) => [keyOf(award), award]));
    const claims = unlocked
      .map((one) => ({ one, award: byKey.get(keyOf(one)) }))
      .map(({ one, award }) => ({ claim: this.claimOf(one, award?.grantedById), award }))
      .filter(({ claim }) => claim.amount > 0);
    const of = (kind: (award?: Award) => boolean): RewardClaim[] =>
      claims.filter(({ award }) => kind(award)).map(({ claim }) => claim);
    const granted = of((award) => award?.grantedById !== undefined);
    const earned = of((award) => award?.grantedById === undefined && !award?.withoutCoins);
    // Who gives is told that a purse is full; nobody's step fails for that.
    if (granted.length > 0) await this.earnings.give(granted);
    await this.earnings.giveWhatFits(
      earned,
      unlocked.map(({ userId }) => ({ userId, achievements: 1 })),
    );
    await this.unpaid.record(of((award) => award?.withoutCoins === true));
  }

  private async insert(awards: readonly Award[]): Promise<Unlocked[]> {
    const ordered = distinct(awards);
    const general = ordered.filter(({ courseId }) => courseId === undefined);
    const ofCourses = ordered.filter(({ courseId }) => courseId !== undefined);
    const unlocked: Unlocked[] = [];
    for (let from = 0; from < general.length; from += perStatement)
      unlocked.push(...(await this.insertOnce(general.slice(from, from + perStatement), onceForAPerson)));
    for (let from = 0; from < ofCourses.length; from += perStatement)
      unlocked.push(...(await this.insertOnce(ofCourses.slice(from, from + perStatement), onceForACourse)));
    return unlocked;
  }

  private insertOnce(awards: readonly Award[], once: string): Promise<Unlocked[]> {
    const now = this.clock.now();
    const values = awards.map(({ userId, achievementType, courseId, grantedById }): Value[] => {
      const metadata = grantedById === undefined ? {} : { grantedById };
      return [userId, achievementType, courseId, now, 100, metadata];
    });
    // A row that came from elsewhere with a part of the way done is completed; one that is earned stays as it is.
    return this.database.rows(
      shape,
      `INSERT INTO rewards_achievement (user_id, achievement_type, course_id, earned_at, progress, metadata)
       VALUES ${tuples(awards.length, 6)}
       ON CONFLICT ${once} DO UPDATE SET progress = 100, earned_at = excluded.earned_at, metadata = excluded.metadata
         WHERE rewards_achievement.progress < 100
       RETURNING id, user_id AS "userId", achievement_type AS "achievementType", course_id AS "courseId"`,
      values.flat(),
    );
  }

  private claimOf({ id, userId, achievementType }: Unlocked, actorId?: number): RewardClaim {
    return {
      userId,
      type: 'earned_achievement',
      amount: this.rules.rewardOf(achievementType),
      description: `Achievement: ${this.rules.titleOf(achievementType)}`,
      relatedObject: { type: 'rewards.achievement', id },
      ...(actorId === undefined ? {} : { actorId }),
    };
  }

  private newsOf({ id, userId, achievementType, courseId }: Unlocked): AchievementUnlocked {
    const title = this.rules.titleOf(achievementType);
    return new AchievementUnlocked({ achievementId: id, userId, achievementType, title, courseId });
  }
}

/** The partial unique indexes of the table. */
const onceForAPerson = '(user_id, achievement_type) WHERE course_id IS NULL';
const onceForACourse = '(user_id, achievement_type, course_id) WHERE course_id IS NOT NULL';

const keyOf = ({ userId, achievementType, courseId }: Omit<Unlocked, 'id'> | Award): string =>
  `${userId} ${achievementType} ${courseId ?? ''}`;

/** Nobody twice in one statement; ascending, so that two batches wait for each other in one order. */
function distinct(awards: readonly Award[]): Award[] {
  const byKey = new Map(awards.map((award) => [keyOf(award), award]));
  return [...byKey.values()].sort((one, other) => one.userId - other.userId);
}
