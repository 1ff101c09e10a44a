import { z } from 'zod';
import { LessonLink } from '../../courses';
import type { AttemptInProgress, CourseInProgress } from '../../progress';
import type { Home as HomeOfLearner, LatestAchievement as LatestAchievementRow } from './home.query';
import { showTotals } from '../achievements/achievements.dto';

const timestamp = z.iso.datetime();
const count = z.int().min(0);

const courseExample = {
  courseId: 7,
  title: 'Watercolor Basics',
  thumbnail: '',
  progressPercentage: 40,
  lastAccessedAt: '2026-03-04T18:02:11.000Z',
  nextLesson: { id: 20, title: 'Wet in wet' },
};
const HomeCourse = z
  .strictObject({
    courseId: z.int(),
    title: z.string(),
    thumbnail: z.string().meta({ description: 'Empty if there is none' }),
    progressPercentage: z.number().min(0).max(100),
    lastAccessedAt: timestamp,
    nextLesson: LessonLink.nullable().meta({ description: 'The first published lesson that is not completed' }),
  })
  .meta({ id: 'HomeCourse', examples: [courseExample] });

const attemptExample = {
  id: 52,
  exerciseId: 31,
  exerciseTitle: 'Know your materials',
  lessonId: 19,
  courseId: 7,
  attemptNumber: 1,
  startedAt: '2026-03-04T18:00:00.000Z',
  deadlineAt: '2026-03-04T18:30:00.000Z',
};
const HomeAttempt = z
  .strictObject({
    id: z.int(),
    exerciseId: z.int(),
    exerciseTitle: z.string(),
    lessonId: z.int(),
    courseId: z.int(),
    attemptNumber: z.int(),
    startedAt: timestamp,
    deadlineAt: timestamp.nullable(),
  })
  .meta({ id: 'HomeAttempt', examples: [attemptExample] });

const achievementExample = {
  id: 8,
  type: 'first_lesson',
  title: 'First brushstroke',
  earnedAt: '2026-03-01T09:30:00.000Z',
};
const LatestAchievement = z
  .strictObject({ id: z.int(), type: z.string(), title: z.string(), earnedAt: timestamp })
  .meta({ id: 'LatestAchievement', examples: [achievementExample] });

/** The first screen of a student. */
export const Home = z
  .strictObject({
    streakDays: count.meta({
      description: 'Consecutive days of learning that end today or yesterday, in your time zone',
    }),
    lastActivityAt: timestamp.nullable(),
    coursesEnrolled: count,
    coursesCompleted: count,
    lessonsCompleted: count,
    exercisesCompleted: count,
    averageScore: z.number().min(0).max(100).meta({ description: 'Mean of your exercise scores in percent' }),
    achievementsEarned: count,
    totalCoinsEarned: z.int(),
    balance: z.int().meta({ description: 'Your TeoCoins' }),
    unreadCount: count.meta({ description: 'Unread notifications' }),
    courses: z.array(HomeCourse).meta({
      description:
        'The courses that you have not completed, at most 20, last used first. `GET /me/enrollments` lists all',
    }),
    achievements: z.array(LatestAchievement).meta({ description: 'The latest achievements, at most 5' }),
    openAttempts: z.array(HomeAttempt).meta({
      description: 'Attempts that you have not handed in, at most 20, earliest deadline first',
    }),
    serverTime: timestamp
      .nullable()
      .meta({ description: 'The time of this response, if an open attempt has a deadline' }),
  })
  .meta({
    id: 'Home',
    examples: [
      {
        streakDays: 3,
        lastActivityAt: '2026-03-04T18:02:11.000Z',
        coursesEnrolled: 2,
        coursesCompleted: 0,
        lessonsCompleted: 5,
        exercisesCompleted: 1,
        averageScore: 82.5,
        achievementsEarned: 1,
        totalCoinsEarned: 110,
        balance: 85,
        unreadCount: 2,
        courses: [courseExample],
        achievements: [achievementExample],
        openAttempts: [attemptExample],
        serverTime: '2026-03-04T18:04:20.000Z',
      },
    ],
  });
export type Home = z.output<typeof Home>;

export function showHome(home: HomeOfLearner, now: Date): Home {
  const { totals, balance, unreadCount, courses, achievements, openAttempts } = home;
  const hasDeadline = openAttempts.some(({ deadlineAt }) => deadlineAt !== null);
  return {
    ...showTotals(totals),
    balance,
    unreadCount,
    courses: courses.map(showCourse),
    achievements: achievements.map(showAchievement),
    openAttempts: openAttempts.map(showAttempt),
    serverTime: hasDeadline ? now.toISOString() : null,
  };
}

function showCourse(row: CourseInProgress): z.output<typeof HomeCourse> {
  const { courseId, title, thumbnail, progressPercentage, lastAccessedAt, nextLessonId: id, nextLessonTitle } = row;
  const nextLesson = id === null ? null : { id, title: nextLessonTitle as string };
  return { courseId, title, thumbnail, progressPercentage, lastAccessedAt: lastAccessedAt.toISOString(), nextLesson };
}

function showAttempt(row: AttemptInProgress): z.output<typeof HomeAttempt> {
  const { startedAt, deadlineAt } = row;
  return { ...row, startedAt: startedAt.toISOString(), deadlineAt: deadlineAt?.toISOString() ?? null };
}

function showAchievement({ id, type, title, earnedAt }: LatestAchievementRow): z.output<typeof LatestAchievement> {
  return { id, type, title, earnedAt: earnedAt.toISOString() };
}
