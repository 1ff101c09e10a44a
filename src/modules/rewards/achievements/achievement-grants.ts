import { Injectable } from '@nestjs/common';
import { int, nullable } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { StaffAllowance } from '../grants/staff-allowance';
import { AlreadyAchieved, RecipientNotFound } from '../rewards.errors';
import { requireOthers } from '../rewards.policy';
import { AchievementRules } from './achievement-rules';
import { Achievements, type Award, type Unlocked } from './achievements';

/** Achievements that an administrator decides. */
@Injectable()
export class AchievementGrants {
  constructor(
    private readonly database: Database,
    private readonly achievements: Achievements,
    private readonly rules: AchievementRules,
    private readonly allowance: StaffAllowance,
  ) {}

  /** @throws Forbidden for oneself, ConfirmationRequired, RecipientNotFound, AlreadyAchieved, ValidationFailed for a type or a course that is not there */
  async grant(award: Award & { grantedById: number }): Promise<Unlocked> {
    requireOthers(award.grantedById, [award.userId]);
    if (!this.rules.get(award.achievementType)) throw refused('achievementType', 'There is no such achievement');
    return this.database.transaction(async () => {
      await this.requireParties(award);
      const [unlocked] = await this.achievements.unlock([award]);
      if (!unlocked) throw new AlreadyAchieved();
      await this.allowance.take(award.grantedById, this.rules.rewardOf(award.achievementType));
      return unlocked;
    });
  }

  /** Holds the learner's totals from here on, as a step of theirs does before it earns the same achievement. */
  private async requireParties({ userId, courseId }: Award): Promise<void> {
    const found = await this.database.row(
      { userId: int, courseId: nullable(int) },
      `SELECT u.id AS "userId", c.id AS "courseId" FROM users_user u
       JOIN users_userprogress p ON p.user_id = u.id LEFT JOIN courses_course c ON c.id = $2
       WHERE u.id = $1 AND u.is_active${this.database.dialect.forUpdate('p')}`,
      [userId, courseId],
    );
    if (!found) throw new RecipientNotFound(['/body/userId']);
    if (courseId !== undefined && found.courseId === null) throw refused('courseId', 'There is no such course');
  }
}

const refused = (member: string, message: string): ValidationFailed =>
  new ValidationFailed([{ pointer: `/body/${member}`, message }]);
