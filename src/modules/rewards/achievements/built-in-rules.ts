import type { Totals } from '../../progress';
import type { AchievementRule } from './achievement-rule';

type ThresholdRule = Pick<Required<AchievementRule>, 'progress' | 'isEarned'>;

/** The achievement is earned by the step with which a total reaches `goal`. */
function whenTotalReaches(total: keyof Totals, goal: number): ThresholdRule {
  return {
    progress: (totals) => Math.min(100, Math.floor((100 * totals[total]) / goal)),
    isEarned: (before, after) => before[total] < goal && after[total] >= goal,
  };
}

/** The achievement is earned by an action of the learner at a matching hour on the learner's clock. */
function whenLearningAt(isMatchingHour: (hour: number) => boolean): Pick<AchievementRule, 'isEarned'> {
  return { isEarned: (_before, _after, localHour) => localHour !== null && isMatchingHour(localHour) };
}

export const builtInRules: readonly AchievementRule[] = [
  {
    type: 'first_lesson',
    title: 'First brushstroke',
    description: 'Complete a lesson.',
    ...whenTotalReaches('lessonsCompleted', 1),
  },
  {
    type: 'first_course',
    title: 'First course',
    description: 'Complete a course.',
    ...whenTotalReaches('coursesCompleted', 1),
  },
  {
    type: 'first_exercise',
    title: 'First exercise',
    description: 'Pass an exercise.',
    ...whenTotalReaches('exercisesCompleted', 1),
  },
  {
    type: 'streak_week',
    title: 'A week in a row',
    description: 'Learn on seven days in a row.',
    ...whenTotalReaches('streakDays', 7),
  },
  {
    type: 'streak_month',
    title: 'A month in a row',
    description: 'Learn on thirty days in a row.',
    ...whenTotalReaches('streakDays', 30),
  },
  {
    type: 'master_student',
    title: 'Master student',
    description: 'Complete ten courses.',
    ...whenTotalReaches('coursesCompleted', 10),
  },
  {
    type: 'early_bird',
    title: 'Early bird',
    description: 'Learn before eight in the morning.',
    ...whenLearningAt((hour) => hour < 8),
  },
  {
    type: 'night_owl',
    title: 'Night owl',
    description: 'Learn after ten in the evening.',
    ...whenLearningAt((hour) => hour >= 22),
  },
  // An administrator grants the last three, because the Progress module counts no reviews, portfolios or help to others.
  { type: 'art_critic', title: 'Art critic', description: 'Write a hundred reviews.' },
  { type: 'portfolio_master', title: 'Portfolio master', description: 'Build an outstanding portfolio.' },
  { type: 'community_helper', title: 'Community helper', description: 'Help others to learn.' },
];
