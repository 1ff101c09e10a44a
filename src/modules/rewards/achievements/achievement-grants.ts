import { Injectable } from '@nestjs/common';
import { int, nullable } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { StaffAllowance } from '../grants/staff-allowance';
import { AlreadyAchieved, RecipientNotFound } from '../rewards.errors';
import { requireNotAmong } from '../rewards.policy';
import { AchievementRules } from './achievement-rules';
import { Achievements, type Award, type UnlockedAchievement } from './achievements';

/** Achievements that an administrator grants. */
@Injectable()
export class AchievementGrants {
  constructor(
    private readonly database: Database,
    private readonly achievements: Achievements,
    private readonly rules: AchievementRules,
    private readonly allowance: StaffAllowance,
  ) {}

  /**
   * @throws Forbidden for a grant to oneself, ConfirmationRequired, RecipientNotFound, AlreadyAchieved, ValidationFailed for an
   * unknown type or course
   */
  async grant(award: Award & { grantedById: number }): Promise<UnlockedAchievement> {
    requireNotAmong(award.grantedById, [award.userId]);
    if (!this.rules.get(award.achievementType))
      throw invalidField('achievementType', 'There is no achievement with this type');
    return this.database.transaction(async () => {
      await this.requireRecipientAndCourse(award);
      const [unlocked] = await this.achievements.unlock([award]);
      if (!unlocked) throw new AlreadyAchieved();
      await this.allowance.use(award.grantedById, this.rules.rewardOf(award.achievementType));
      return unlocked;
    });
  }

  /** Locks the totals before the achievement, because a completion takes these locks in the same order. */
  private async requireRecipientAndCourse({ userId, courseId }: Award): Promise<void> {
    const recipient = await this.database.row(
      { userId: int, courseId: nullable(int) },
      `SELECT u.id AS "userId", c.id AS "courseId" FROM users_user u
       JOIN users_userprogress p ON p.user_id = u.id LEFT JOIN courses_course c ON c.id = $2
       WHERE u.id = $1 AND u.is_active${this.database.dialect.forUpdate('p')}`,
      [userId, courseId],
    );
    if (!recipient) throw new RecipientNotFound(['/body/userId']);
    if (courseId !== undefined && recipient.courseId === null)
      throw invalidField('courseId', 'There is no course with this id');
  }
}

const invalidField = (fieldName: string, message: string): ValidationFailed =>
  new ValidationFailed([{ pointer: `/body/${fieldName}`, message, rule: 'exists' }]);
