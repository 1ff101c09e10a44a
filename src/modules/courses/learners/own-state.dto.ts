import { z } from 'zod';
import { timestamp } from '../shared-fields.dto';
import {
  enrollmentStatuses,
  type CourseCardState,
  type CourseState,
  type ExerciseState,
  type LessonReference,
} from './learner-states';
import { namedEnum } from '../../../platform/http/named-enum';

const lessonExample = { id: 20, title: 'Wet in wet' };
export const LessonLink = z
  .strictObject({ id: z.int(), title: z.string() })
  .meta({ id: 'LessonLink', examples: [lessonExample] });
export type LessonLink = z.output<typeof LessonLink>;

const percent = z.number().min(0).max(100);
const status = namedEnum('EnrollmentStatus', enrollmentStatuses).meta({
  description: '`left`: you were enrolled before, and your progress continues if you enrol again',
});
const nextLesson = LessonLink.nullable().meta({
  description:
    'The first published lesson that you have not completed. null: all are completed, or you are not enrolled',
});

const cardExample = {
  status: 'enrolled' as const,
  progressPercentage: 40,
  isCompleted: false,
  nextLesson: lessonExample,
};
/** The caller's state in a course of a list. */
export const MyCourseCard = z
  .strictObject({ status, progressPercentage: percent, isCompleted: z.boolean(), nextLesson })
  .meta({ id: 'MyCourseCard', examples: [cardExample] });
export type MyCourseCard = z.output<typeof MyCourseCard>;

export const notEnrolled: MyCourseCard = {
  status: 'not_enrolled',
  progressPercentage: 0,
  isCompleted: false,
  nextLesson: null,
};

export const showMyCourseCard = (state: CourseCardState | undefined): MyCourseCard => state ?? notEnrolled;

const MissingPrerequisite = z
  .strictObject({ id: z.int(), title: z.string() })
  .meta({ id: 'MissingPrerequisite', examples: [{ id: 3, title: 'Drawing Foundations' }] });

/** The caller's state in a course. */
export const MyCourse = z
  .strictObject({
    ...MyCourseCard.shape,
    enrolledAt: timestamp.nullable(),
    completedAt: timestamp.nullable(),
    lastAccessedAt: timestamp.nullable().meta({ description: 'Moves when you read a lesson or hand in work' }),
    missingPrerequisites: z
      .array(MissingPrerequisite)
      .meta({ description: 'The courses that you must complete before you can enrol' }),
  })
  .meta({
    id: 'MyCourse',
    examples: [
      {
        ...cardExample,
        enrolledAt: '2026-03-01T09:30:00.000Z',
        completedAt: null,
        lastAccessedAt: '2026-03-04T18:02:11.000Z',
        missingPrerequisites: [],
      },
    ],
  });
export type MyCourse = z.output<typeof MyCourse>;

const toIso = (time: Date | null): string | null => time?.toISOString() ?? null;

interface ShownCourse {
  lessons: readonly (LessonReference & { isPublished: boolean })[];
  prerequisites: readonly { id: number; title: string }[];
}

export function showMyCourse(state: CourseState, { lessons, prerequisites }: ShownCourse): MyCourse {
  const isOpen = ({ id, isPublished }: ShownCourse['lessons'][number]) =>
    isPublished && !state.completedLessons.has(id);
  const next = state.status === 'enrolled' ? lessons.find(isOpen) : undefined;
  const missing = prerequisites.filter(({ id }) => state.missingPrerequisiteIds.includes(id));
  return {
    status: state.status,
    progressPercentage: state.progressPercentage,
    isCompleted: state.completedAt !== null,
    nextLesson: next ? { id: next.id, title: next.title } : null,
    enrolledAt: toIso(state.enrolledAt),
    completedAt: toIso(state.completedAt),
    lastAccessedAt: toIso(state.lastAccessedAt),
    missingPrerequisites: missing.map(({ id, title }) => ({ id, title })),
  };
}

const lockReasons = ['not_enrolled', 'prerequisites_missing'] as const;
/** The caller's state in a lesson. */
export const MyLesson = z
  .strictObject({
    completedAt: timestamp.nullable(),
    isLocked: z.boolean().meta({ description: 'True if you cannot read the content of the lesson' }),
    lockReason: namedEnum('LockReason', lockReasons).nullable().meta({
      description:
        'What is missing: to enrol, or to complete the prerequisites of the course first. null: the lesson is not locked',
    }),
  })
  .meta({
    id: 'MyLesson',
    examples: [{ completedAt: '2026-03-04T18:02:11.000Z', isLocked: false, lockReason: null }],
  });
export type MyLesson = z.output<typeof MyLesson>;

export function showMyLesson(completedAt: Date | null | undefined, lockReason: MyLesson['lockReason']): MyLesson {
  return { completedAt: toIso(completedAt ?? null), isLocked: lockReason !== null, lockReason };
}

const OpenAttempt = z
  .strictObject({
    id: z.int(),
    attemptNumber: z.int(),
    startedAt: timestamp,
    deadlineAt: timestamp.nullable(),
  })
  .meta({
    id: 'OpenAttempt',
    examples: [
      { id: 52, attemptNumber: 2, startedAt: '2026-03-04T18:00:00.000Z', deadlineAt: '2026-03-04T18:30:00.000Z' },
    ],
  });

const LatestSubmission = z
  .strictObject({
    id: z.int(),
    status: namedEnum('SubmissionStatus', ['pending', 'approved', 'needs_revision', 'rejected']),
    score: z.number().nullable(),
    maxScore: z.int(),
    submittedAt: timestamp,
  })
  .meta({
    id: 'LatestSubmission',
    examples: [{ id: 71, status: 'needs_revision', score: 40, maxScore: 100, submittedAt: '2026-03-04T17:40:00.000Z' }],
  });

/** The caller's state in an exercise. */
export const MyExercise = z
  .strictObject({
    attemptsUsed: z.int(),
    attemptsLeft: z.int(),
    scorePercent: z.number().nullable().meta({ description: 'The score that counts according to the grade policy' }),
    bestScorePercent: z.number().nullable(),
    hasPassed: z.boolean().meta({ description: 'Once true it stays true' }),
    openAttempt: OpenAttempt.nullable().meta({ description: 'Your attempt that is not handed in yet' }),
    latestSubmission: LatestSubmission.nullable(),
    serverTime: timestamp
      .nullable()
      .meta({ description: 'The time of this response, if the exercise or the open attempt has a deadline' }),
  })
  .meta({
    id: 'MyExercise',
    examples: [
      {
        attemptsUsed: 1,
        attemptsLeft: 2,
        scorePercent: 40,
        bestScorePercent: 40,
        hasPassed: false,
        openAttempt: null,
        latestSubmission: null,
        serverTime: null,
      },
    ],
  });
export type MyExercise = z.output<typeof MyExercise>;

const neverTried: ExerciseState = {
  attemptsUsed: 0,
  scorePercent: null,
  bestScorePercent: null,
  hasPassed: false,
  openAttempt: null,
  latestSubmission: null,
};

export function showMyExercise(
  state: ExerciseState = neverTried,
  { attemptsAllowed, closesAt }: { attemptsAllowed: number; closesAt: Date | null },
  now: Date,
): MyExercise {
  const { attemptsUsed, scorePercent, bestScorePercent, hasPassed, openAttempt, latestSubmission } = state;
  const hasDeadline = closesAt !== null || (openAttempt !== null && openAttempt.deadlineAt !== null);
  return {
    attemptsUsed,
    attemptsLeft: Math.max(0, attemptsAllowed - attemptsUsed),
    scorePercent,
    bestScorePercent,
    hasPassed,
    openAttempt: openAttempt && {
      ...openAttempt,
      startedAt: openAttempt.startedAt.toISOString(),
      deadlineAt: toIso(openAttempt.deadlineAt),
    },
    latestSubmission: latestSubmission && {
      ...latestSubmission,
      submittedAt: latestSubmission.submittedAt.toISOString(),
    },
    serverTime: hasDeadline ? now.toISOString() : null,
  };
}
