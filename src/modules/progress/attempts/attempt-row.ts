import { jsonOf, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { HandIn } from '../grades/hand-in-grading';
import { Attempt } from './attempt.entity';

const attempt = columnsOf(Attempt).without('studentId', 'savedAnswers');
export const attemptShape = { ...attempt.shape, saved: jsonOf<HandIn>() };
export type AttemptRow = Row<typeof attemptShape>;

/** The columns of `progress_attempt`, which the query calls `alias`. */
export const attemptColumns = (alias: string): string => `${attempt.columns(alias)}, ${alias}.saved_answers AS saved`;

/** Returns true for an unfinished attempt whose deadline has passed. A hand-in at the instant of the deadline is still in time. */
export function isOverdue(
  { finishedAt, deadlineAt }: Pick<AttemptRow, 'finishedAt' | 'deadlineAt'>,
  now: Date,
): boolean {
  return finishedAt === null && deadlineAt !== null && now > deadlineAt;
}
