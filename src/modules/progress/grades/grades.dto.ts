import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { submissionStates } from '../progress.lists';
import type { GradeChangeRow } from '../submissions/submission.query';

export const GradeDecision = z
  .strictObject({
    score: z.number().min(0).max(100_000).meta({ description: 'Points, at most the maxScore of the submission' }),
    status: z.enum(submissionStates).exclude(['pending']).meta({ description: 'Approved work passes the exercise' }),
    feedback: z.string().trim().max(20_000).optional().meta({ description: 'Left out: stays as it is' }),
    reason: z.string().trim().max(2_000).default('').meta({ description: 'For the history, not for the student' }),
  })
  .meta({ id: 'GradeDecision', examples: [{ score: 85, status: 'approved', feedback: 'Lovely edges.' }] });
export type GradeDecision = z.output<typeof GradeDecision>;

const score = z.number().nullable();
const status = z.enum(submissionStates);

/** One change of a grade; rows are only added. */
export const GradeChange = z
  .strictObject({
    id: z.int(),
    scoreBefore: score,
    scoreAfter: score,
    statusBefore: status,
    statusAfter: status,
    changedById: z.int().nullable().meta({ description: 'null: an automatic regrade, or the person is gone' }),
    changedAt: z.iso.datetime(),
    reason: z.string(),
  })
  .meta({
    id: 'GradeChange',
    examples: [
      {
        ...{ id: 9, scoreBefore: null, scoreAfter: 85, statusBefore: 'pending', statusAfter: 'approved' },
        ...{ changedById: 3, changedAt: '2026-03-05T10:11:12.000Z', reason: '' },
      },
    ],
  });
export type GradeChange = z.output<typeof GradeChange>;
export const GradeChangePage = pageOf(GradeChange, 'GradeChangePage');
export const GradeChangeQuery = pageQuery();

export function showGradeChange(row: GradeChangeRow): GradeChange {
  const { id, scoreBefore, scoreAfter, statusBefore, statusAfter, changedById, changedAt, reason } = row;
  return {
    ...{ id, scoreBefore, scoreAfter, statusBefore, statusAfter, changedById },
    changedAt: changedAt.toISOString(),
    reason,
  };
}
