import { addDays, type LocalDate } from '../src/platform/time/local-date';
import { instantAt } from './calendar';

export interface LargeCourse {
  id: number;
  teacherId: number;
  title: string;
  lessonIds: number[];
  /** The exercises of the first lesson. */
  exerciseIds: number[];
}

/** What one student of the large school has done. All rows of the student are derived from it. */
export interface LargeStudent {
  id: number;
  index: number;
  timezone: string;
  courses: LargeCourse[];
  completions: { lessonId: number; title: string; at: Date }[];
  /** The scores, out of 100, in two exercises of the first course. */
  scores: number[];
}

export const lessonsPerCourse = 12;
export const exercisesPerLesson = 3;
export const coursesPerStudent = 5;
/** How many of the 12 lessons a student has completed in each course: 30 in all, one course completed, one not begun. */
export const lessonsDone = [12, 9, 5, 4, 0] as const;
export const lessonReward = 10;
export const exerciseReward = 15;
export const courseReward = 50;
export const achievementReward = 25;
export const transferAmount = 5;
export const achievements = ['first_lesson', 'first_exercise', 'streak_week', 'first_course', 'streak_month'] as const;

/** At noon UTC all these zones have the same date, so the UTC date is the date of an activity. */
export const zones = ['UTC', 'Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'Asia/Tokyo'] as const;

/** Students are spread over the courses evenly, so that all courses have about the same number of students. */
export function planStudent(
  id: number,
  index: number,
  courses: readonly LargeCourse[],
  today: LocalDate,
): LargeStudent {
  const step = Math.floor(courses.length / coursesPerStudent);
  const chosen = Array.from({ length: coursesPerStudent }, (_, at) => courses[(index + at * step) % courses.length]!);
  const lessons = chosen.flatMap((course, at) =>
    course.lessonIds.slice(0, lessonsDone[at]).map((lessonId, lesson) => ({ lessonId, title: `Lesson ${lesson + 1}` })),
  );
  const completions = lessons.map((lesson, at) => ({ ...lesson, at: completedAt(today, index, lessons.length - at) }));
  const scores = [60 + (index % 41), 70 + (index % 31)];
  return { id, index, timezone: zones[index % zones.length]!, courses: chosen, completions, scores };
}

/**
 * A student completes one lesson a day. Every fourth student completed the last one yesterday and still has a streak; the
 * others stopped earlier.
 */
function completedAt(today: LocalDate, index: number, daysBeforeLast: number): Date {
  const stoppedDaysAgo = (index % 4) * 3;
  const seconds = index % 3_600;
  return new Date(instantAt('UTC', addDays(today, -daysBeforeLast - stoppedDaysAgo), 12).getTime() + seconds * 1_000);
}
