import { z } from 'zod';
import { localDateIn } from '../../../platform/time/local-date';
import { countStreakDays } from '../streaks/streak';
import { toStreakState, type Learner } from './learner-row';
import type { NewAchievement } from './learner-totals';

/** What one request earned. Everything in it is committed together with the act. */
export const Earned = z
  .strictObject({
    coins: z
      .int()
      .min(0)
      .meta({ description: 'The TeoCoins that were paid with this request, those of the achievements included' }),
    achievements: z.array(
      z
        .strictObject({ type: z.string(), title: z.string() })
        .meta({ id: 'NewAchievementSummary', examples: [{ type: 'first_lesson', title: 'First brushstroke' }] }),
    ),
    streakDays: z.int().min(0).meta({ description: 'The streak of the student after this request' }),
  })
  .meta({
    id: 'Earned',
    examples: [{ coins: 35, achievements: [{ type: 'first_lesson', title: 'First brushstroke' }], streakDays: 3 }],
  });
export type Earned = z.output<typeof Earned>;

export function toEarned(coins: number, unlocked: readonly NewAchievement[], streakDays: number): Earned {
  return { coins, achievements: unlocked.map(({ type, title }) => ({ type, title })), streakDays };
}

/** For a request that changed nothing. The streak is computed for the present moment. */
export function earnedNothing(learner: Learner, now: Date): Earned {
  const today = localDateIn(learner.timezone, now);
  return toEarned(0, [], countStreakDays(toStreakState(learner), today, learner.timezone));
}
