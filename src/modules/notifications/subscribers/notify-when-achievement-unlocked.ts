import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { AchievementUnlocked } from '../../rewards';
import { Notifier, type NewNotification } from '../notifier';

@Injectable()
@AfterCommit(AchievementUnlocked)
export class NotifyWhenAchievementUnlocked implements AfterCommitHandler<AchievementUnlocked> {
  constructor(private readonly notifier: Notifier) {}

  handle(event: AchievementUnlocked): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: AchievementUnlocked[]): Promise<void> {
    await this.notifier.notify(events.map(toNotification));
  }
}

/** The message names the coins, so that the same achievement does not cause a second notification about its coins. */
const toNotification = ({
  payload: { achievementId, userId, title, coins = 0 },
}: AchievementUnlocked): NewNotification => ({
  userId,
  type: 'achievement_unlocked',
  message: { text: 'unlocked', values: { title, coins } },
  relatedObjectType: 'rewards.achievement',
  relatedObjectId: achievementId,
  actionUrl: '/achievements',
  dedupeKey: `achievement_unlocked:rewards.achievement.${achievementId}:1`,
});
