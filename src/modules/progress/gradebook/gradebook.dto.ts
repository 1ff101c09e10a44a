import { z } from 'zod';
import { PageInfo, pageQuery } from '../../../platform/http/pagination';
import { gradebookSorts } from './gradebook-order';
import { showStudent, Student } from '../learner/student.dto';
import { roundToTwoDecimals } from '../submissions/submissions.dto';
import type { GradebookExercise, GradebookResult, GradebookStudent } from './gradebook-rows';
import { namedEnum } from '../../../platform/http/named-enum';

const filters = {
  q: z.string().trim().min(1).max(100).optional().meta({
    description: 'A part of the name or the username. The case of A to Z is ignored',
  }),
  sort: namedEnum('GradebookSort', gradebookSorts).default('name').meta({
    description:
      '`name` is the last name, then the first name, then the username. A `-` before the name sorts descending',
  }),
};

export const GradebookQuery = pageQuery(filters);
export type GradebookQuery = z.output<typeof GradebookQuery>;
export const GradebookExportQuery = z.strictObject(filters);
export type GradebookExportQuery = z.output<typeof GradebookExportQuery>;

export const resultStatuses = ['not_started', 'started', 'pending', 'passed', 'needs_revision', 'failed'] as const;
export type ResultStatus = (typeof resultStatuses)[number];

const GradebookColumn = z
  .strictObject({
    id: z.int().meta({ description: 'Id of the exercise' }),
    title: z.string(),
    lessonId: z.int(),
    lessonTitle: z.string(),
    maxScore: z.int(),
    attemptsAllowed: z.int(),
  })
  .meta({
    id: 'GradebookExercise',
    examples: [
      { id: 31, title: 'Paint a lemon', lessonId: 19, lessonTitle: 'Soft edges', maxScore: 100, attemptsAllowed: 3 },
    ],
  });

const cellExample = { exerciseId: 31, status: 'passed' as const, scorePercent: 85, attemptsUsed: 1 };

const GradebookCell = z
  .strictObject({
    exerciseId: z.int(),
    status: namedEnum('ResultStatus', resultStatuses).meta({
      description:
        '`passed`, also if later work waits; `pending`: work waits for a grade; `started`: an attempt is open; `needs_revision`: not passed, attempts are left; `failed`: not passed, no attempt is left',
    }),
    scorePercent: z.number().nullable().meta({ description: 'The score that counts according to the grade policy' }),
    attemptsUsed: z.int().min(0),
  })
  .meta({ id: 'GradebookResult', examples: [cellExample] });
type GradebookCell = z.output<typeof GradebookCell>;

const rowExample = {
  student: { id: 12, username: 'noor', name: 'Noor' },
  progressPercentage: 40,
  isCompleted: false,
  completedAt: null,
  lastAccessedAt: '2026-03-04T18:02:11.000Z',
  results: [cellExample],
};

const GradebookRow = z
  .strictObject({
    student: Student,
    progressPercentage: z.number().min(0).max(100),
    isCompleted: z.boolean(),
    completedAt: z.iso.datetime().nullable(),
    lastAccessedAt: z.iso.datetime(),
    results: z
      .array(GradebookCell)
      .meta({ description: 'The exercises that the student has started. Each of the others is `not_started`' }),
  })
  .meta({ id: 'GradebookRow', examples: [rowExample] });
export type GradebookRow = z.output<typeof GradebookRow>;

export const Gradebook = z
  .strictObject({
    exercises: z.array(GradebookColumn).meta({ description: 'All exercises of the course, without archived ones' }),
    data: z.array(GradebookRow),
    page: PageInfo,
  })
  .meta({
    id: 'Gradebook',
    examples: [{ exercises: [], data: [rowExample], page: { nextCursor: null, hasMore: false } }],
  });
export type Gradebook = z.output<typeof Gradebook>;

export const showGradebookExercise = (row: GradebookExercise): z.output<typeof GradebookColumn> => ({
  id: row.id,
  title: row.title,
  lessonId: row.lessonId,
  lessonTitle: row.lessonTitle,
  maxScore: row.maxScore,
  attemptsAllowed: row.attemptsAllowed,
});

export const showGradebookRow = (row: GradebookStudent, results: readonly GradebookResult[]): GradebookRow => ({
  student: showStudent(row),
  progressPercentage: row.progressPercentage,
  isCompleted: row.completed,
  completedAt: row.completionDate?.toISOString() ?? null,
  lastAccessedAt: row.lastAccessed.toISOString(),
  results: results.map(showGradebookResult),
});

export const showGradebookResult = (result: GradebookResult): GradebookCell => ({
  exerciseId: result.exerciseId,
  status: statusOf(result),
  scorePercent: roundToTwoDecimals(result.scorePercent),
  attemptsUsed: result.attemptsUsed,
});

function statusOf(result: GradebookResult): ResultStatus {
  if (result.passedAt !== null) return 'passed';
  if (result.isPending) return 'pending';
  if (result.isStarted) return 'started';
  if (result.attemptsUsed === 0) return 'not_started';
  return result.attemptsUsed < result.attemptsAllowed ? 'needs_revision' : 'failed';
}
