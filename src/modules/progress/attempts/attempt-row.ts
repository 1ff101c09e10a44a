import { instant, int, jsonOf, nullable, type Row } from '../../../platform/database/columns';
import type { HandIn } from '../grades/hand-in-grading';

export const attemptShape = {
  id: int,
  exerciseId: int,
  attemptNumber: int,
  startedAt: instant,
  deadlineAt: nullable(instant),
  saved: jsonOf<HandIn>(),
  savedAt: nullable(instant),
  finishedAt: nullable(instant),
  submissionId: nullable(int),
};
export type AttemptRow = Row<typeof attemptShape>;

/** The columns of `progress_attempt`, which the query calls `alias`. */
export const attemptColumns = (alias: string): string =>
  `${alias}.id, ${alias}.exercise_id AS "exerciseId", ${alias}.attempt_number AS "attemptNumber",
   ${alias}.started_at AS "startedAt", ${alias}.deadline_at AS "deadlineAt", ${alias}.saved_answers AS saved,
   ${alias}.saved_at AS "savedAt", ${alias}.finished_at AS "finishedAt", ${alias}.submission_id AS "submissionId"`;

/** Returns true for an unfinished attempt whose deadline has passed. A hand-in at the instant of the deadline is still in time. */
export function isOverdue(
  { finishedAt, deadlineAt }: Pick<AttemptRow, 'finishedAt' | 'deadlineAt'>,
  now: Date,
): boolean {
  return finishedAt === null && deadlineAt !== null && now > deadlineAt;
}
