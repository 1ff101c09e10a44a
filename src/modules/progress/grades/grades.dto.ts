import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { submissionStates } from '../progress.lists';
import type { GradeChangeRow } from '../submissions/submission.query';
import { rule } from '../../../platform/http/rules';
import { ChosenLevel, RubricMark } from './rubric-grading';
import { namedEnum } from '../../../platform/http/named-enum';

export const GradeDecision = z
  .strictObject({
    score: z
      .number()
      .min(0)
      .max(100_000)
      .optional()
      .meta({ description: 'Points, at most the maxScore of the submission. Absent with `rubricMarks`' }),
    rubricMarks: z
      .array(ChosenLevel)
      .min(1)
      .max(12)
      .optional()
      .meta({ description: 'The chosen level of every criterion of the rubric. The score follows from them' }),
    status: namedEnum('GradeStatus', ['approved', 'needs_revision', 'rejected']).meta({
      description: 'The exercise is passed if the status is `approved`',
    }),
    feedback: z.string().trim().max(20_000).optional().meta({ description: 'If absent, the feedback does not change' }),
    frequentCommentIds: z
      .array(z.int().min(1).max(Number.MAX_SAFE_INTEGER))
      .max(20)
      .default([])
      .meta({ description: 'Which of your frequent comments you have used in the feedback. Counts their use' }),
    reason: z
      .string()
      .trim()
      .max(2_000)
      .default('')
      .meta({ description: 'Kept in the history of the grade. Students see it only in the export of their data' }),
  })
  .refine(
    ({ score, rubricMarks }) => (score === undefined) !== (rubricMarks === undefined),
    rule('score_or_marks', 'Must be given, or rubricMarks instead, but not both', ['score']),
  )
  .meta({
    id: 'GradeDecision',
    examples: [{ score: 85, status: 'approved', feedback: 'Lovely edges.' }],
  });
export type GradeDecision = z.output<typeof GradeDecision>;

const score = z.number().nullable();
const status = namedEnum('SubmissionStatus', submissionStates);

export const GradeChange = z
  .strictObject({
    id: z.int(),
    scoreBefore: score,
    scoreAfter: score,
    statusBefore: status,
    statusAfter: status,
    changedById: z
      .int()
      .nullable()
      .meta({ description: 'null: an automatic regrade, or the account of the grader was deleted' }),
    changedAt: z.iso.datetime(),
    reason: z.string(),
    rubricMarks: z.array(RubricMark).nullable().meta({ description: 'null: the score does not follow from a rubric' }),
  })
  .meta({
    id: 'GradeChange',
    examples: [
      {
        id: 9,
        scoreBefore: null,
        scoreAfter: 85,
        statusBefore: 'pending',
        statusAfter: 'approved',
        changedById: 3,
        changedAt: '2026-03-05T10:11:12.000Z',
        reason: '',
        rubricMarks: null,
      },
    ],
  });
export type GradeChange = z.output<typeof GradeChange>;
export const GradeChangePage = pageOf(GradeChange, 'GradeChangePage');
export const GradeChangeQuery = pageQuery();

export function showGradeChange(row: GradeChangeRow): GradeChange {
  return {
    id: row.id,
    scoreBefore: row.scoreBefore,
    scoreAfter: row.scoreAfter,
    statusBefore: row.statusBefore,
    statusAfter: row.statusAfter,
    changedById: row.changedById,
    changedAt: row.changedAt.toISOString(),
    reason: row.reason,
    rubricMarks: row.rubricMarks,
  };
}
