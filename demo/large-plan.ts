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

/** The activity of one student in the large school. All rows of the student are computed from these fields. */
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
/** The number of lessons, of 12, that a student has completed in each course. Together they are 30. */
export const completedLessonCounts = [12, 9, 5, 4, 0] as const;
export const lessonReward = 10;
export const exerciseReward = 15;
export const courseReward = 50;
export const achievementReward = 25;
export const transferAmount = 5;
export const achievements = ['first_lesson', 'first_exercise', 'streak_week', 'first_course', 'streak_month'] as const;

/** All these zones have the same date at noon UTC, so the UTC date of an activity is also its local date. */
export const zones = ['UTC', 'Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'Asia/Tokyo'] as const;

/** Plans the activity of one student. Students are spread over the courses evenly, so that all courses have about the same number of students. */
export function planStudent(
  id: number,
  index: number,
  courses: readonly LargeCourse[],
  today: LocalDate,
): LargeStudent {
  const step = Math.floor(courses.length / coursesPerStudent);
  const ownCourses = completedLessonCounts.map((_, place) => courses[(index + place * step) % courses.length]!);
  const lessons = ownCourses.flatMap((course, place) => {
    const lessonIds = course.lessonIds.slice(0, completedLessonCounts[place]);
    return lessonIds.map((lessonId, lessonIndex) => ({ lessonId, title: `Lesson ${lessonIndex + 1}` }));
  });
  const completions = lessons.map((lesson, lessonIndex) => {
    const daysBeforeLast = lessons.length - lessonIndex;
    return { ...lesson, at: completedAt(today, index, daysBeforeLast) };
  });
  const scores = [60 + (index % 41), 70 + (index % 31)];
  return { id, index, timezone: zones[index % zones.length]!, courses: ownCourses, completions, scores };
}

/**
 * A student completes one lesson a day. Every fourth student completed the last one yesterday and still has a streak; the
 * others stopped earlier.
 */
function completedAt(today: LocalDate, index: number, daysBeforeLast: number): Date {
  const stoppedDaysAgo = (index % 4) * 3;
  const seconds = index % 3_600;
  const noon = instantAt('UTC', addDays(today, -daysBeforeLast - stoppedDaysAgo), 12);
  return new Date(noon.getTime() + seconds * 1_000);
}
