import { z } from 'zod';
import { PageInfo, pageQuery } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { ExerciseContent, exerciseTypes } from '../../courses';
import { showStudent, Student } from '../learner/student.dto';
import type { GradingContextRow, PendingCountRow, PendingSubmissionRow } from './grading-queue.query';
import { RubricMark } from '../grades/rubric-grading';
import { heldStatuses } from '../release/held-grade.entity';
import { namedEnum } from '../../../platform/http/named-enum';

const filters = {
  courseId: id.optional().meta({ description: 'Only work of this course' }),
  lessonId: id.optional().meta({ description: 'Only work of this lesson' }),
  exerciseId: id.optional().meta({ description: 'Only work for this exercise' }),
  studentId: id.optional().meta({ description: 'Only work of this student' }),
};

/** The part of the queue in which the grader works, for the next and the previous submission. */
export const GradingFilter = z.strictObject(filters);
export type GradingFilter = z.output<typeof GradingFilter>;

export const GradingQuery = pageQuery(filters);
export type GradingQuery = z.output<typeof GradingQuery>;

const titled = z.strictObject({ id: z.int(), title: z.string() });
const dateTime = z.iso.datetime();

const pendingExample = {
  id: 71,
  student: { id: 12, username: 'noor', name: 'Noor' },
  exercise: { id: 31, title: 'Paint a lemon' },
  lesson: { id: 19, title: 'Soft edges' },
  course: { id: 7, title: 'Watercolour basics' },
  attemptNumber: 1,
  submittedAt: '2026-03-04T18:02:11.000Z',
  thumbnailUrl: null,
};

export const PendingSubmission = z
  .strictObject({
    id: z.int().meta({ description: 'Id of the submission' }),
    student: Student,
    exercise: titled,
    lesson: titled,
    course: titled,
    attemptNumber: z.int(),
    submittedAt: dateTime.meta({ description: 'The student has waited since then' }),
    thumbnailUrl: z.string().nullable().meta({ description: 'The first picture of the work; null: it has none' }),
  })
  .meta({ id: 'PendingSubmission', examples: [pendingExample] });
export type PendingSubmission = z.output<typeof PendingSubmission>;

const pendingCountExample = {
  courseId: 7,
  courseTitle: 'Watercolour basics',
  pendingCount: 11,
  oldestSubmittedAt: '2026-03-04T18:02:11.000Z',
};

export const PendingCount = z
  .strictObject({
    courseId: z.int(),
    courseTitle: z.string(),
    pendingCount: z.int().min(1),
    oldestSubmittedAt: dateTime,
  })
  .meta({ id: 'PendingCount', examples: [pendingCountExample] });
export type PendingCount = z.output<typeof PendingCount>;

/** A course that has waited longest comes first, so the limit leaves out only courses that wait a shorter time. */
export const maxCountedCourses = 100;

export const GradingPage = z
  .strictObject({
    data: z.array(PendingSubmission),
    page: PageInfo,
    courses: z.array(PendingCount).meta({
      description: `The courses with pending work, without regard to the filters; the one that has waited longest first, at most ${maxCountedCourses}`,
    }),
  })
  .meta({
    id: 'GradingPage',
    examples: [{ data: [pendingExample], page: { nextCursor: null, hasMore: false }, courses: [pendingCountExample] }],
  });
export type GradingPage = z.output<typeof GradingPage>;

const HeldGradeOfWork = z
  .strictObject({
    score: z.number(),
    status: namedEnum('GradeStatus', heldStatuses),
    feedback: z.string(),
    rubricMarks: z.array(RubricMark).nullable(),
    reason: z.string(),
    gradedById: z.int().nullable().meta({ description: 'null: graded automatically' }),
    gradedAt: dateTime,
  })
  .meta({
    id: 'HeldGrade',
    examples: [
      {
        score: 85,
        status: 'approved',
        feedback: 'Lovely edges.',
        rubricMarks: null,
        reason: '',
        gradedById: 3,
        gradedAt: '2026-03-05T10:11:12.000Z',
      },
    ],
  });

/** What a grader needs in addition to the submission. It never contains the answer key, which only one route shows (rule 7). */
export const GradingContext = z
  .strictObject({
    exercise: z.strictObject({
      description: z.string(),
      exerciseType: namedEnum('ExerciseType', exerciseTypes),
      content: ExerciseContent.meta({ description: 'The prompt and the questions, as they are now' }),
      passingPercent: z.int(),
    }),
    lesson: titled,
    course: titled,
    heldGrade: HeldGradeOfWork.nullable().meta({
      description: 'The grade that waits for the release of the grades of the exercise',
    }),
    nextId: z.int().nullable().meta({
      description: 'The next pending submission of the queue; after the last one the oldest. null: no other work waits',
    }),
    previousId: z
      .int()
      .nullable()
      .meta({ description: 'The pending submission before this one, null if there is none' }),
    pendingCount: z.int().min(0).meta({ description: 'Pending submissions in the queue' }),
  })
  .meta({
    id: 'GradingContext',
    examples: [
      {
        exercise: {
          description: 'Look at the shadow first.',
          exerciseType: 'assignment',
          content: { prompt: 'Paint a lemon.' },
          passingPercent: 60,
        },
        lesson: pendingExample.lesson,
        course: pendingExample.course,
        heldGrade: null,
        nextId: 72,
        previousId: null,
        pendingCount: 11,
      },
    ],
  });
export type GradingContext = z.output<typeof GradingContext>;

export const showPendingSubmission = (row: PendingSubmissionRow): PendingSubmission => ({
  id: row.id,
  student: showStudent(row),
  exercise: { id: row.exerciseId, title: row.exerciseTitle },
  lesson: { id: row.lessonId, title: row.lessonTitle },
  course: { id: row.courseId, title: row.courseTitle },
  attemptNumber: row.attemptNumber,
  submittedAt: row.submittedAt.toISOString(),
  thumbnailUrl: row.firstPicture,
});

export const showPendingCount = (row: PendingCountRow): PendingCount => ({
  courseId: row.courseId,
  courseTitle: row.courseTitle,
  pendingCount: row.pendingCount,
  oldestSubmittedAt: row.oldestSubmittedAt.toISOString(),
});

function toHeldGrade(row: GradingContextRow): GradingContext['heldGrade'] {
  const { score, status, feedback, grading, reason, gradedById, gradedAt } = row;
  if (score === null || status === null || gradedAt === null) return null;
  const rubricMarks = grading?.rubricMarks ?? null;
  return {
    score,
    status,
    feedback: feedback ?? '',
    rubricMarks,
    reason: reason ?? '',
    gradedById,
    gradedAt: gradedAt.toISOString(),
  };
}

export const showGradingContext = (row: GradingContextRow): GradingContext => ({
  exercise: {
    description: row.description,
    exerciseType: row.exerciseType,
    content: row.content,
    passingPercent: row.passingPercent,
  },
  lesson: { id: row.lessonId, title: row.lessonTitle },
  course: { id: row.courseId, title: row.courseTitle },
  heldGrade: toHeldGrade(row),
  nextId: row.nextId,
  previousId: row.previousId,
  pendingCount: row.pendingCount,
});
