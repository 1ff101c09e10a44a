import { Injectable } from '@nestjs/common';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { LearnerProgressed } from '../../progress';
import { AchievementRules } from './achievement-rules';
import { Achievements } from './achievements';

/** A step that earns no achievement costs no statement, because the event has the totals before and after the step. */
@Injectable()
@InTransaction(LearnerProgressed)
export class UnlockAchievementsWhenLearnerProgressed implements InTransactionHandler<LearnerProgressed> {
  constructor(
    private readonly rules: AchievementRules,
    private readonly achievements: Achievements,
  ) {}

  async handle(steps: LearnerProgressed[]): Promise<void> {
    const awards = steps.flatMap(({ payload: { studentId: userId, before, after, localHour, isOpen } }) =>
      this.rules
        .rulesEarnedBy(before, after, localHour)
        .map(({ type }) => ({ userId, achievementType: type, withoutCoins: !isOpen })),
    );
    await this.achievements.unlock(awards);
  }
}
