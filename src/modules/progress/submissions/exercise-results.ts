import { Injectable } from '@nestjs/common';
import { float, instant, int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { GradePolicy } from '../../courses';
import type { LearnerExercise } from './learner-exercises';

export const standingShape = { attemptsUsed: int, scorePercent: nullable(float), passedAt: nullable(instant) };
/** Columns of `progress_exerciseresult`; an alias is not known in a RETURNING clause of every engine. */
export const standingColumns =
  'attempts_used AS "attemptsUsed", score_percent AS "scorePercent", passed_at AS "passedAt"';

/** Where a learner stands in an exercise: by its grade policy, in percent. */
export type Standing = Row<typeof standingShape>;

/** That part of a wider row, and nothing else of it. */
export const standingOf = ({ attemptsUsed, scorePercent, passedAt }: Standing): Standing => ({
  attemptsUsed,
  scorePercent,
  passedAt,
});

/** Which graded submission counts, or their mean (rule 9). */
export const counted: Record<GradePolicy, { value: string; order: string }> = {
  highest: { value: 'score * 100.0 / max_score', order: 'ORDER BY score * 100.0 / max_score DESC LIMIT 1' },
  latest: { value: 'score * 100.0 / max_score', order: 'ORDER BY attempt_number DESC LIMIT 1' },
  first: { value: 'score * 100.0 / max_score', order: 'ORDER BY attempt_number LIMIT 1' },
  average: { value: 'avg(score * 100.0 / max_score)', order: '' },
};

/** A percentage computed in binary may fall short of a whole number by this; real scores differ by a thousand times more. */
const rounding = 1e-8;

@Injectable()
export class ExerciseResults {
  constructor(private readonly database: Database) {}

  /**
   * Consumes an attempt: its number is the `attemptsUsed` it gives. The statement counts and refuses at once, so no two
   * get the last one (rule 8). Undefined where there is an unfinished attempt, or none left.
   */
  takeAttempt({ studentId, exerciseId, attemptsAllowed }: LearnerExercise, now: Date): Promise<Standing | undefined> {
    return this.database.row(
      standingShape,
      `INSERT INTO progress_exerciseresult AS r (student_id, exercise_id, attempts_used, updated_at) VALUES ($1, $2, 1, $4)
       ON CONFLICT (student_id, exercise_id) DO UPDATE SET attempts_used = r.attempts_used + 1, updated_at = $4
       WHERE r.attempts_used < $3 AND NOT EXISTS (
         SELECT 1 FROM progress_attempt a WHERE a.student_id = $1 AND a.exercise_id = $2 AND a.finished_at IS NULL)
       RETURNING ${standingColumns}`,
      [studentId, exerciseId, attemptsAllowed, now],
    );
  }

  /**
   * The effective score from all graded submissions, and the pass if this one, approved, is the first. A person's approval
   * is a pass whatever the number; a machine's is one where the effective score reaches the passing percentage. Passing is
   * sticky (rule 9).
   */
  async settle(exercise: LearnerExercise, by: 'person' | 'machine', approved: boolean, now: Date): Promise<Standing> {
    const { studentId, exerciseId, gradePolicy, passingPercent } = exercise;
    const { value, order } = counted[gradePolicy];
    const standing = await this.database.row(
      standingShape,
      `UPDATE progress_exerciseresult AS r SET score_percent = s.percent, updated_at = $3,
         passed_at = CASE WHEN r.passed_at IS NULL AND s.percent >= $4 THEN $3 ELSE r.passed_at END
       FROM (SELECT (
         SELECT ${value} FROM courses_exercisesubmission
         WHERE student_id = $1 AND exercise_id = $2 AND score IS NOT NULL ${order}) AS percent) AS s
       WHERE r.student_id = $1 AND r.exercise_id = $2
       RETURNING ${standingColumns}`,
      [studentId, exerciseId, now, passMark(by, approved, passingPercent)],
    );
    return standing as Standing;
  }
}

/** The percentage from which this verdict is a pass. */
function passMark(by: 'person' | 'machine', approved: boolean, passingPercent: number): number {
  if (!approved) return 1_000;
  return by === 'person' ? 0 : passingPercent - rounding;
}
