import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../platform/events/domain-event';
import { AfterCommit } from '../../platform/events/handlers';
import { AchievementUnlocked } from '../rewards';
import { Notifier } from './notifier';

@Injectable()
@AfterCommit(AchievementUnlocked)
export class NotifyWhenAchievementUnlocked implements AfterCommitHandler<AchievementUnlocked> {
  constructor(private readonly notifier: Notifier) {}

  async handle({ payload: { achievementId, userId, title } }: AchievementUnlocked): Promise<void> {
    await this.notifier.notify([
      {
        userId,
        type: 'achievement_unlocked',
        message: `You have unlocked “${title}”.`,
        relatedObjectType: 'rewards.achievement',
        relatedObjectId: achievementId,
        actionUrl: '/achievements',
        dedupeKey: `achievement_unlocked:rewards.achievement.${achievementId}:1`,
      },
    ]);
  }
}
