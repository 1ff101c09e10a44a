import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/pagination';
import { flag, id } from '../../platform/http/parameters';
import { LessonLink } from '../courses';
import type { EnrollmentOfCourse, EnrollmentOfStudent } from './enrollment/enrollment-lists.query';
import { Earned } from './learner/earned';
import type { CompletedLesson, CompletionWithEarnings } from './completion/lesson-completions';
import { showStudent, Student } from './learner/student.dto';
import type { EnrollmentRow } from './enrollment/enrollments';

const percent = z
  .number()
  .min(0)
  .max(100)
  .meta({ description: 'Completed mandatory published lessons in percent, rounded down' });

export const Enrollment = z
  .strictObject({
    id: z.int(),
    courseId: z.int(),
    enrolledAt: z.iso.datetime(),
    progressPercentage: percent,
    isCompleted: z.boolean(),
    completedAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Set once; a lesson that is added later does not clear it' }),
  })
  .meta({
    id: 'Enrollment',
    examples: [
      {
        id: 41,
        courseId: 7,
        enrolledAt: '2026-03-01T09:30:00.000Z',
        progressPercentage: 40,
        isCompleted: false,
        completedAt: null,
      },
    ],
  });
export type Enrollment = z.output<typeof Enrollment>;

export function showEnrollment(row: EnrollmentRow): Enrollment {
  return {
    id: row.id,
    courseId: row.courseId,
    enrolledAt: row.enrolledAt.toISOString(),
    progressPercentage: row.progressPercentage,
    isCompleted: row.completed,
    completedAt: row.completionDate?.toISOString() ?? null,
  };
}

export const MyEnrollment = Enrollment.extend({
  courseTitle: z.string(),
  courseThumbnail: z.string().meta({ description: 'Empty if there is none' }),
  lastAccessedAt: z.iso.datetime(),
  nextLesson: LessonLink.nullable().meta({
    description: 'The first published lesson that you have not completed. null: all are completed',
  }),
}).meta({
  id: 'MyEnrollment',
  examples: [
    {
      id: 41,
      courseId: 7,
      courseTitle: 'Watercolour basics',
      courseThumbnail: '',
      nextLesson: { id: 20, title: 'Wet in wet' },
      enrolledAt: '2026-03-01T09:30:00.000Z',
      progressPercentage: 40,
      isCompleted: false,
      completedAt: null,
      lastAccessedAt: '2026-03-04T18:02:11.000Z',
    },
  ],
});
export function showMyEnrollment(row: EnrollmentOfStudent): z.output<typeof MyEnrollment> {
  const { courseTitle, courseThumbnail, nextLessonId: id, nextLessonTitle } = row;
  return {
    ...showEnrollment(row),
    courseTitle,
    courseThumbnail,
    lastAccessedAt: row.lastAccessed.toISOString(),
    nextLesson: id === null ? null : { id, title: nextLessonTitle as string },
  };
}

export const MyEnrollmentPage = pageOf(MyEnrollment, 'MyEnrollmentPage');
export const MyEnrollmentQuery = pageQuery({
  isCompleted: flag.optional().meta({ description: 'Only completed courses, or only the others' }),
  courseId: id.optional().meta({ description: 'Only the enrolment in this course' }),
});

export const CourseEnrollment = Enrollment.extend({
  student: Student,
  lastAccessedAt: z.iso.datetime(),
}).meta({
  id: 'CourseEnrollment',
  examples: [
    {
      id: 41,
      courseId: 7,
      enrolledAt: '2026-03-01T09:30:00.000Z',
      lastAccessedAt: '2026-03-04T18:02:11.000Z',
      progressPercentage: 40,
      isCompleted: false,
      completedAt: null,
      student: { id: 12, username: 'noor', name: 'Noor' },
    },
  ],
});
export function showCourseEnrollment(row: EnrollmentOfCourse): z.output<typeof CourseEnrollment> {
  return { ...showEnrollment(row), student: showStudent(row), lastAccessedAt: row.lastAccessed.toISOString() };
}

export const CourseEnrollmentPage = pageOf(CourseEnrollment, 'CourseEnrollmentPage');
export const CourseEnrollmentQuery = pageQuery();

export const CompletionRequest = z
  .strictObject({
    timeSpentMinutes: z.int().min(0).max(100_000).default(0),
    score: z
      .number()
      .min(0)
      .max(100)
      .nullable()
      .default(null)
      .meta({ description: 'The learner’s own rating, in percent' }),
    notes: z.string().max(10_000).default(''),
  })
  .meta({ id: 'CompletionRequest', examples: [{ timeSpentMinutes: 25, notes: 'Wet paper first, then the wash.' }] });

const completionExample = {
  lessonId: 31,
  completedAt: '2026-03-04T18:02:11.000Z',
  score: null,
  timeSpentMinutes: 25,
  notes: '',
  course: { progressPercentage: 40, isCompleted: false },
};
export const LessonCompletion = z
  .strictObject({
    lessonId: z.int(),
    completedAt: z.iso.datetime(),
    score: z.number().nullable(),
    timeSpentMinutes: z.int(),
    notes: z.string(),
    course: z.strictObject({ progressPercentage: percent, isCompleted: z.boolean() }),
  })
  .meta({
    id: 'LessonCompletion',
    examples: [completionExample],
  });
export type LessonCompletion = z.output<typeof LessonCompletion>;

export function showLessonCompletion(lessonId: number, completed: CompletedLesson): LessonCompletion {
  const { completion, progressPercentage, courseCompleted } = completed;
  return {
    lessonId,
    completedAt: completion.completedAt.toISOString(),
    score: completion.score,
    timeSpentMinutes: completion.timeSpentMinutes,
    notes: completion.notes,
    course: { progressPercentage, isCompleted: courseCompleted },
  };
}

/** The completion, and what the request earned. */
export const LessonCompletionWithEarnings = LessonCompletion.extend({
  earned: Earned.meta({ description: 'What this request earned. A repeated request earns nothing' }),
}).meta({
  id: 'LessonCompletionWithEarnings',
  examples: [
    {
      ...completionExample,
      earned: { coins: 35, achievements: [{ type: 'first_lesson', title: 'First brushstroke' }], streakDays: 3 },
    },
  ],
});
export type LessonCompletionWithEarnings = z.output<typeof LessonCompletionWithEarnings>;

export const showCompletionWithEarnings = (
  lessonId: number,
  completed: CompletionWithEarnings,
): LessonCompletionWithEarnings => ({ ...showLessonCompletion(lessonId, completed), earned: completed.earned });
