interface AchievementKind {
  type: string;
  title: string;
  description: string;
  /** The column of totals that must reach a value. Without a goal the progress is 0. */
  goal?: [column: string, value: number];
  isAutomatic: boolean;
}

const reward = 25;
const kinds: AchievementKind[] = [
  ...[
    {
      type: 'first_lesson',
      title: 'First brushstroke',
      description: 'Complete a lesson.',
      goal: 'total_lessons_completed',
      value: 1,
    },
    {
      type: 'first_course',
      title: 'First course',
      description: 'Complete a course.',
      goal: 'total_courses_completed',
      value: 1,
    },
    {
      type: 'first_exercise',
      title: 'First exercise',
      description: 'Pass an exercise.',
      goal: 'total_exercises_completed',
      value: 1,
    },
    {
      type: 'streak_week',
      title: 'A week in a row',
      description: 'Learn on seven days in a row.',
      goal: 'streak_days',
      value: 7,
    },
    {
      type: 'streak_month',
      title: 'A month in a row',
      description: 'Learn on thirty days in a row.',
      goal: 'streak_days',
      value: 30,
    },
    {
      type: 'master_student',
      title: 'Master student',
      description: 'Complete ten courses.',
      goal: 'total_courses_completed',
      value: 10,
    },
  ].map(({ goal, value, ...kind }): AchievementKind => ({ ...kind, goal: [goal, value], isAutomatic: true })),
  {
    type: 'early_bird',
    title: 'Early bird',
    description: 'Learn before eight in the morning.',
    isAutomatic: true,
  },
  { type: 'night_owl', title: 'Night owl', description: 'Learn after ten in the evening.', isAutomatic: true },
  { type: 'art_critic', title: 'Art critic', description: 'Write a hundred reviews.', isAutomatic: false },
  {
    type: 'portfolio_master',
    title: 'Portfolio master',
    description: 'Build an outstanding portfolio.',
    isAutomatic: false,
  },
  {
    type: 'community_helper',
    title: 'Community helper',
    description: 'Help others to learn.',
    isAutomatic: false,
  },
];
const byType = new Map(kinds.map((kind) => [kind.type, kind]));

type Row = Record<string, unknown>;

/** Returns the percentage of the goal that is reached, at most 100. */
function computeProgress(totals: Row, [column, goalValue]: [column: string, value: number]): number {
  const total = totals[column] as number;
  return Math.min(100, Math.floor((100 * total) / goalValue));
}

/** The achievements that a person has earned, and the progress towards the other achievements. */
export function listAchievements(earnedRows: Row[], totals: Row): object {
  const earnedTypes = new Set(earnedRows.map((row) => row.achievement_type));
  const earned = earnedRows.map((row) => {
    const { type, title, description } = byType.get(row.achievement_type as string)!;
    const earnedAt = row.earned_at;
    return { type, title, description, reward, id: row.id, courseId: row.course_id, earnedAt };
  });
  const open = kinds
    .filter(({ type }) => !earnedTypes.has(type))
    .map(({ type, title, description, goal, isAutomatic }) => {
      const progress = goal ? computeProgress(totals, goal) : 0;
      return { type, title, description, reward, progress, isAutomatic };
    });
  return { earned, open };
}
