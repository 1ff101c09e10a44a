import type { Config } from '../../platform/config/config';
import { ValidationFailed } from '../../platform/http/problems/http.errors';
import { courseSettings } from './courses.settings';

/** What the document says about rewards, because the limits are settings of the school. */
export const rewardRules = { reward_cap: 'The settings of the school limit rewards.' };

export type RewardedThing = 'lesson' | 'exercise' | 'course';

/**
 * The maximum number of TeoCoins that is paid for one lesson, exercise or course. A stored reward may be higher, because it
 * was imported or is older than the limit.
 */
export function rewardCaps(config: Config): Record<RewardedThing, number> {
  const settings = config.of(courseSettings);
  return {
    lesson: settings.MAX_LESSON_REWARD,
    exercise: settings.MAX_EXERCISE_REWARD,
    course: settings.MAX_COURSE_REWARD,
  };
}

/** Accepts undefined. @throws ValidationFailed if `coins` is more than the school allows */
export function requireRewardWithin(config: Config, thing: RewardedThing, coins: number | undefined): void {
  const maxCoins = rewardCaps(config)[thing];
  if (coins === undefined || coins <= maxCoins) return;
  const message = `Must be at most ${maxCoins}, which is the school's limit for one ${thing}`;
  throw new ValidationFailed([{ pointer: '/body/teocoinReward', message, rule: 'reward_cap' }]);
}
