import { z } from 'zod';
import type { LearnerProgress } from '../../progress';
import type { AchievementsOfLearner } from './my-achievements.query';

const descriptionFields = {
  type: z.string().meta({ description: 'New types can be added. Show the `title` of a type that you do not know' }),
  title: z.string(),
  description: z.string(),
  reward: z.int().min(0).meta({ description: 'Whole TeoCoins that are paid with the achievement' }),
};

const example = {
  earned: [
    {
      id: 8,
      type: 'first_lesson',
      title: 'First brushstroke',
      description: 'Complete a lesson.',
      reward: 25,
      courseId: null,
      earnedAt: '2026-03-01T09:30:00.000Z',
    },
  ],
  open: [
    {
      type: 'streak_week',
      title: 'A week in a row',
      description: 'Learn on seven days in a row.',
      reward: 25,
      progress: 42,
      isAutomatic: true,
    },
  ],
};

export const AchievementList = z
  .strictObject({
    earned: z.array(
      z.strictObject({
        id: z.int(),
        ...descriptionFields,
        courseId: z
          .int()
          .nullable()
          .meta({ description: 'The course for which it was granted; null if it is for no single course' }),
        earnedAt: z.iso.datetime(),
      }),
    ),
    open: z.array(
      z.strictObject({
        ...descriptionFields,
        progress: z.int().min(0).max(100).meta({ description: 'Progress towards the achievement in percent' }),
        isAutomatic: z.boolean().meta({ description: 'False if only an administrator grants it' }),
      }),
    ),
  })
  .meta({ id: 'AchievementList', examples: [example] });
export type AchievementList = z.output<typeof AchievementList>;

export function showAchievements({ earned, open }: AchievementsOfLearner): AchievementList {
  return {
    earned: earned.map(({ id, type, title, description, reward, courseId, earnedAt }) => {
      return { id, type, title, description, reward, courseId, earnedAt: earnedAt.toISOString() };
    }),
    open,
  };
}

export const MyProgress = z
  .strictObject({
    coursesEnrolled: z.int().min(0),
    coursesCompleted: z.int().min(0),
    lessonsCompleted: z.int().min(0),
    exercisesCompleted: z.int().min(0),
    averageScore: z.number().min(0).max(100).meta({ description: 'Mean of your exercise scores in percent' }),
    streakDays: z
      .int()
      .min(0)
      .meta({ description: 'Consecutive days of learning that end today or yesterday, in your time zone' }),
    lastActivityAt: z.iso.datetime().nullable(),
    totalCoinsEarned: z.int(),
    achievementsEarned: z.int().min(0),
    achievements: AchievementList,
  })
  .meta({
    id: 'MyProgress',
    examples: [
      {
        coursesEnrolled: 2,
        coursesCompleted: 0,
        lessonsCompleted: 5,
        exercisesCompleted: 1,
        averageScore: 82.5,
        streakDays: 3,
        lastActivityAt: '2026-03-04T18:02:11.000Z',
        totalCoinsEarned: 110,
        achievementsEarned: 1,
        achievements: example,
      },
    ],
  });
export type MyProgress = z.output<typeof MyProgress>;

/** The totals of a learner, for the responses that contain them. */
export const showTotals = (totals: LearnerProgress): Omit<MyProgress, 'achievements'> => ({
  coursesEnrolled: totals.coursesEnrolled,
  coursesCompleted: totals.coursesCompleted,
  lessonsCompleted: totals.lessonsCompleted,
  exercisesCompleted: totals.exercisesCompleted,
  averageScore: totals.averageScore,
  streakDays: totals.streakDays,
  lastActivityAt: totals.lastActivityAt?.toISOString() ?? null,
  totalCoinsEarned: totals.coinsEarned,
  achievementsEarned: totals.achievementsEarned,
});

export const showProgress = (totals: LearnerProgress, achievements: AchievementsOfLearner): MyProgress => ({
  ...showTotals(totals),
  achievements: showAchievements(achievements),
});

/** The achievements of a person as others see them: only what is earned, and no coins. */
export const ShownAchievements = z
  .strictObject({
    earned: z.array(
      z.strictObject({
        type: descriptionFields.type,
        title: z.string(),
        description: z.string(),
        earnedAt: z.iso.datetime(),
      }),
    ),
  })
  .meta({
    id: 'ShownAchievements',
    examples: [
      {
        earned: [
          {
            type: 'first_lesson',
            title: 'First brushstroke',
            description: 'Complete a lesson.',
            earnedAt: '2026-03-01T09:30:00.000Z',
          },
        ],
      },
    ],
  });
export type ShownAchievements = z.output<typeof ShownAchievements>;

export const showToOthers = ({ earned }: AchievementsOfLearner): ShownAchievements => ({
  earned: earned.map(({ type, title, description, earnedAt }) => {
    return { type, title, description, earnedAt: earnedAt.toISOString() };
  }),
});

/** The progress of a person as others see it: no scores and no coins. */
export const ShownProgress = z
  .strictObject({
    coursesCompleted: z.int().min(0),
    lessonsCompleted: z.int().min(0),
    exercisesCompleted: z.int().min(0),
    streakDays: z.int().min(0),
  })
  .meta({
    id: 'ShownProgress',
    examples: [{ coursesCompleted: 1, lessonsCompleted: 14, exercisesCompleted: 6, streakDays: 3 }],
  });
export type ShownProgress = z.output<typeof ShownProgress>;

export const showTotalsToOthers = (totals: LearnerProgress): ShownProgress => ({
  coursesCompleted: totals.coursesCompleted,
  lessonsCompleted: totals.lessonsCompleted,
  exercisesCompleted: totals.exercisesCompleted,
  streakDays: totals.streakDays,
});

export const NewAchievement = z
  .strictObject({
    userId: z.int().positive(),
    achievementType: z.string().min(1).max(50).meta({ description: 'A registered type' }),
    courseId: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'The course, if the achievement is for a single course' }),
  })
  .meta({ id: 'NewAchievement', examples: [{ userId: 12, achievementType: 'community_helper' }] });
export type NewAchievement = z.output<typeof NewAchievement>;

export const GrantedAchievement = z
  .strictObject({
    id: z.int(),
    userId: z.int(),
    type: z.string(),
    title: z.string(),
    courseId: z.int().nullable(),
    reward: z.int().min(0),
  })
  .meta({
    id: 'GrantedAchievement',
    examples: [{ id: 9, userId: 12, type: 'community_helper', title: 'Community helper', courseId: null, reward: 25 }],
  });
export type GrantedAchievement = z.output<typeof GrantedAchievement>;
