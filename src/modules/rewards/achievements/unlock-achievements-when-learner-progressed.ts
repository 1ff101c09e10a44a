import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { LearnerProgressed } from '../../progress';
import { AchievementRules } from './achievement-rules';
import { Achievements, type Award } from './achievements';

/** Unlocks achievements. A step that earns none costs no SQL statement, because the event contains the totals before and after it. */
@Injectable()
@InTransaction(LearnerProgressed)
export class UnlockAchievementsWhenLearnerProgressed implements InTransactionHandler<LearnerProgressed> {
  constructor(
    private readonly rules: AchievementRules,
    private readonly achievements: Achievements,
  ) {}

  async handle(steps: LearnerProgressed[]): Promise<void> {
    const awards: Award[] = [];
    for (const { payload } of steps) {
      const { studentId, before, after, localHour, isOpen } = payload;
      for (const { type } of this.rules.listEarnedRules(before, after, localHour))
        awards.push({ userId: studentId, achievementType: type, isUnpaid: !isOpen });
    }
    await this.achievements.unlock(awards);
  }
}
