import type { Config } from '../../platform/config/config';
import { ValidationFailed } from '../../platform/http/http.errors';
import { courseSettings } from './courses.settings';

export type RewardedThing = 'lesson' | 'exercise' | 'course';

/** The most TeoCoins that one of each pays: what is stored may be more, from another system or from before. */
export function rewardCaps(config: Config): Record<RewardedThing, number> {
  const settings = config.of(courseSettings);
  return {
    lesson: settings.MAX_LESSON_REWARD,
    exercise: settings.MAX_EXERCISE_REWARD,
    course: settings.MAX_COURSE_REWARD,
  };
}

/** @throws ValidationFailed for more than the school allows; undefined: nothing was said of it */
export function requireRewardWithin(config: Config, thing: RewardedThing, coins: number | undefined): void {
  const most = rewardCaps(config)[thing];
  if (coins === undefined || coins <= most) return;
  const message = `Must be at most ${most}: the school pays no more for one ${thing}`;
  throw new ValidationFailed([{ pointer: '/body/teocoinReward', message }]);
}
