import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { Question } from '../../courses';
import { showStudent, Student } from '../learner/student.dto';
import { roundToTwoDecimals } from '../submissions/submissions.dto';
import type { CourseFiguresRow, ExerciseFiguresRow, LessonFiguresRow } from './course-figures.query';
import type { QuestionCounts } from './question-figures';
import type { FailedExerciseRow, StuckLearnerRow } from './stuck-learners.query';
import { namedEnum } from '../../../platform/http/named-enum';

export const StuckLearnerQuery = pageQuery({
  days: z.coerce.number().int().min(1).max(365).default(7).meta({
    description: 'A student who has moved in these last days is stuck only if they failed an exercise',
  }),
});
export type StuckLearnerQuery = z.output<typeof StuckLearnerQuery>;

const stuckExample = {
  student: { id: 12, username: 'noor', name: 'Noor' },
  reasons: ['not_moved' as const],
  progressPercentage: 40,
  lastMovedAt: '2026-03-04T18:02:11.000Z',
  lesson: { id: 19, title: 'Soft edges' },
  failedExercises: [],
};

export const StuckLearner = z
  .strictObject({
    student: Student,
    reasons: z
      .array(namedEnum('StuckReason', ['not_moved', 'no_attempts_left']))
      .min(1)
      .meta({
        description:
          '`not_moved`: no lesson was completed and no work handed in for `days` days; `no_attempts_left`: an exercise is not passed, and no attempt is left',
      }),
    progressPercentage: z.number().min(0).max(100),
    lastMovedAt: z.iso.datetime().meta({
      description: 'When the student last completed a lesson, handed in work, or enrolled in this course',
    }),
    lesson: z
      .strictObject({ id: z.int(), title: z.string() })
      .nullable()
      .meta({ description: 'Where the student stands: the first mandatory lesson that is not completed' }),
    failedExercises: z.array(z.strictObject({ id: z.int(), title: z.string(), lessonId: z.int() })),
  })
  .meta({ id: 'StuckLearner', examples: [stuckExample] });
export type StuckLearner = z.output<typeof StuckLearner>;
export const StuckLearnerPage = pageOf(StuckLearner, 'StuckLearnerPage');

const LessonFigures = z
  .strictObject({
    id: z.int(),
    title: z.string(),
    completionCount: z.int().min(0),
    medianMinutes: z.number().nullable().meta({
      description: 'The median of the times that students reported; null if nobody reported one',
    }),
  })
  .meta({ id: 'LessonFigures', examples: [{ id: 19, title: 'Soft edges', completionCount: 21, medianMinutes: 25 }] });

const percent = z.number().min(0).max(100);

const ExerciseFigures = z
  .strictObject({
    id: z.int(),
    title: z.string(),
    lessonId: z.int(),
    startedCount: z.int().min(0).meta({ description: 'Students who have used an attempt' }),
    passedCount: z.int().min(0),
    pendingCount: z.int().min(0).meta({ description: 'Submissions that wait for a grade' }),
    averageScorePercent: percent.nullable(),
  })
  .meta({
    id: 'ExerciseFigures',
    examples: [
      {
        id: 31,
        title: 'Paint a lemon',
        lessonId: 19,
        startedCount: 18,
        passedCount: 15,
        pendingCount: 2,
        averageScorePercent: 82.5,
      },
    ],
  });

export const CourseFigures = z
  .strictObject({
    enrolledCount: z.int().min(0),
    completedCount: z.int().min(0),
    averageProgressPercentage: percent.nullable().meta({ description: 'null without students' }),
    lessons: z.array(LessonFigures),
    exercises: z.array(ExerciseFigures),
  })
  .meta({
    id: 'CourseFigures',
    examples: [{ enrolledCount: 24, completedCount: 9, averageProgressPercentage: 61.5, lessons: [], exercises: [] }],
  });
export type CourseFigures = z.output<typeof CourseFigures>;

/** Older submissions are not read, so that the report of a busy exercise stays quick. */
export const maxSubmissionsRead = 2_000;

const QuestionFigures = z
  .strictObject({
    id: z.string().meta({ description: 'Id of the question' }),
    text: z.string(),
    answeredCount: z.int().min(0),
    rightCount: z.int().min(0),
    partlyRightCount: z.int().min(0),
    rightRate: z.number().min(0).max(1).nullable().meta({
      description: '`rightCount` divided by `answeredCount`; null if nobody answered',
    }),
  })
  .meta({
    id: 'QuestionFigures',
    examples: [
      { id: 'q1', text: 'What is PB29?', answeredCount: 20, rightCount: 15, partlyRightCount: 0, rightRate: 0.75 },
    ],
  });

export const QuizFigures = z
  .strictObject({
    exerciseId: z.int(),
    submissionCount: z
      .int()
      .min(0)
      .meta({ description: `The submissions that were read: at most the newest ${maxSubmissionsRead}` }),
    questions: z
      .array(QuestionFigures)
      .meta({ description: 'The present questions of the exercise; empty if it has none' }),
  })
  .meta({ id: 'QuizFigures', examples: [{ exerciseId: 31, submissionCount: 20, questions: [] }] });
export type QuizFigures = z.output<typeof QuizFigures>;

export function showStuckLearner(
  row: StuckLearnerRow,
  failedExercises: readonly FailedExerciseRow[],
  movedBefore: Date,
): StuckLearner {
  const reasons: StuckLearner['reasons'] = [];
  if (row.lastMovedAt < movedBefore) reasons.push('not_moved');
  if (row.hasFailed) reasons.push('no_attempts_left');
  return {
    student: showStudent(row),
    reasons,
    progressPercentage: row.progressPercentage,
    lastMovedAt: row.lastMovedAt.toISOString(),
    lesson: row.lessonId === null ? null : { id: row.lessonId, title: row.lessonTitle ?? '' },
    failedExercises: failedExercises.map(({ exerciseId, exerciseTitle, lessonId }) => ({
      id: exerciseId,
      title: exerciseTitle,
      lessonId,
    })),
  };
}

export const showCourseFigures = (
  course: CourseFiguresRow,
  lessons: readonly LessonFiguresRow[],
  exercises: readonly ExerciseFiguresRow[],
): CourseFigures => ({
  enrolledCount: course.enrolledCount,
  completedCount: course.completedCount,
  averageProgressPercentage: roundToTwoDecimals(course.averageProgress),
  lessons: lessons.map(({ id, title, completionCount, medianMinutes }) => ({
    id,
    title,
    completionCount,
    medianMinutes,
  })),
  exercises: exercises.map((row) => ({
    id: row.id,
    title: row.title,
    lessonId: row.lessonId,
    startedCount: row.startedCount,
    passedCount: row.passedCount,
    pendingCount: row.pendingCount,
    averageScorePercent: roundToTwoDecimals(row.averageScorePercent),
  })),
});

export const showQuestionFigures = (question: Question, counts: QuestionCounts): z.output<typeof QuestionFigures> => ({
  id: question.id,
  text: question.text,
  answeredCount: counts.answeredCount,
  rightCount: counts.rightCount,
  partlyRightCount: counts.partlyRightCount,
  rightRate: counts.answeredCount === 0 ? null : roundToTwoDecimals(counts.rightCount / counts.answeredCount),
});
