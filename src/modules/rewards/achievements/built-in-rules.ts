import type { Totals } from '../../progress';
import type { AchievementRule } from './achievement-rule';

type Counted = Pick<Required<AchievementRule>, 'progress' | 'crossed'>;

/** Earned by the step that makes a total reach `goal`. */
function reaching(total: keyof Totals, goal: number): Counted {
  return {
    progress: (totals) => Math.min(100, Math.floor((100 * totals[total]) / goal)),
    crossed: (before, after) => before[total] < goal && after[total] >= goal,
  };
}

/** Earned by a step of the learner at such an hour of their own clock. */
function at(isTheHour: (hour: number) => boolean): Pick<AchievementRule, 'crossed'> {
  return { crossed: (_before, _after, localHour) => localHour !== null && isTheHour(localHour) };
}

export const builtInRules: readonly AchievementRule[] = [
  {
    type: 'first_lesson',
    title: 'First brushstroke',
    description: 'Complete a lesson.',
    ...reaching('lessonsCompleted', 1),
  },
  {
    type: 'first_course',
    title: 'First course',
    description: 'Complete a course.',
    ...reaching('coursesCompleted', 1),
  },
  {
    type: 'first_exercise',
    title: 'First exercise',
    description: 'Pass an exercise.',
    ...reaching('exercisesCompleted', 1),
  },
  {
    type: 'streak_week',
    title: 'A week in a row',
    description: 'Learn on seven days in a row.',
    ...reaching('streakDays', 7),
  },
  {
    type: 'streak_month',
    title: 'A month in a row',
    description: 'Learn on thirty days in a row.',
    ...reaching('streakDays', 30),
  },
  {
    type: 'master_student',
    title: 'Master student',
    description: 'Complete ten courses.',
    ...reaching('coursesCompleted', 10),
  },
  {
    type: 'early_bird',
    title: 'Early bird',
    description: 'Learn before eight in the morning.',
    ...at((hour) => hour < 8),
  },
  {
    type: 'night_owl',
    title: 'Night owl',
    description: 'Learn after ten in the evening.',
    ...at((hour) => hour >= 22),
  },
  // Nothing in Progress counts reviews, portfolios or help to others: an administrator grants these three.
  { type: 'art_critic', title: 'Art critic', description: 'Write a hundred reviews.' },
  { type: 'portfolio_master', title: 'Portfolio master', description: 'Build an outstanding portfolio.' },
  { type: 'community_helper', title: 'Community helper', description: 'Help others to learn.' },
];
