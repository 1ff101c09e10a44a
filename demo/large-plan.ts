import { addDays, type LocalDate } from '../src/platform/time/local-date';
import { instantAt } from './calendar';

export interface LargeCourse {
  id: number;
  teacherId: number;
  title: string;
  lessonIds: number[];
  /** Of the first lesson. */
  exerciseIds: number[];
}

/** What one student of the large school did, from which all their rows follow. */
export interface LargeStudent {
  id: number;
  index: number;
  timezone: string;
  courses: LargeCourse[];
  completions: { lessonId: number; title: string; at: Date }[];
  /** Points of 100 in two exercises of the first course. */
  scores: number[];
}

export const lessonsPerCourse = 12;
export const exercisesPerLesson = 3;
export const coursesPerStudent = 5;
/** Of the 12 lessons of each of a student's courses: 30 completions, one course finished, one not begun. */
export const lessonsDone = [12, 9, 5, 4, 0] as const;
export const lessonReward = 10;
export const exerciseReward = 15;
export const courseReward = 50;
export const achievementReward = 25;
export const transferAmount = 5;
export const achievements = ['first_lesson', 'first_exercise', 'streak_week', 'first_course', 'streak_month'] as const;

/** At noon UTC all of them live on the same date, which is then the date of an activity. */
export const zones = ['UTC', 'Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'Asia/Tokyo'] as const;

/** Students take courses in turn, so that all courses are equally full. */
export function planStudent(
  id: number,
  index: number,
  courses: readonly LargeCourse[],
  today: LocalDate,
): LargeStudent {
  const step = Math.floor(courses.length / coursesPerStudent);
  const own = Array.from({ length: coursesPerStudent }, (_, at) => courses[(index + at * step) % courses.length]!);
  const lessons = own.flatMap((course, at) =>
    course.lessonIds.slice(0, lessonsDone[at]).map((lessonId, lesson) => ({ lessonId, title: `Lesson ${lesson + 1}` })),
  );
  const completions = lessons.map((lesson, at) => ({ ...lesson, at: completedAt(today, index, lessons.length - at) }));
  const scores = [60 + (index % 41), 70 + (index % 31)];
  return { id, index, timezone: zones[index % zones.length]!, courses: own, completions, scores };
}

/** One lesson a day; every fourth student did the last one yesterday and has a streak, the others stopped before. */
function completedAt(today: LocalDate, index: number, fromTheEnd: number): Date {
  const stopped = (index % 4) * 3;
  const seconds = index % 3_600;
  return new Date(instantAt('UTC', addDays(today, -fromTheEnd - stopped), 12).getTime() + seconds * 1_000);
}
