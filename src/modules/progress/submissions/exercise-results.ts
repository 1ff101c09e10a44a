import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { GradePolicy } from '../../courses';
import type { LearnerExercise } from './learner-exercises';
import { ExerciseResult } from './exercise-result.entity';

const entityColumns = columnsOf(ExerciseResult, ['attemptsUsed', 'scorePercent', 'passedAt']);
export const resultShape = entityColumns.shape;
/** The columns of `progress_exerciseresult`, without an alias, because not every engine knows the alias in a RETURNING clause. */
export const resultColumns = entityColumns.columns();

export type ExerciseResultRow = Row<typeof resultShape>;

/** Returns only the fields of the result from a row with more fields. */
export const toResultRow = ({ attemptsUsed, scorePercent, passedAt }: ExerciseResultRow): ExerciseResultRow => ({
  attemptsUsed,
  scorePercent,
  passedAt,
});

const percentSql = 'score * 100.0 / max_score';

/** For each policy, the SQL that computes the score that counts from the graded submissions (rule 9). */
export const gradePolicySql: Record<GradePolicy, { valueSql: string; orderSql: string }> = {
  highest: { valueSql: percentSql, orderSql: `ORDER BY ${percentSql} DESC LIMIT 1` },
  latest: { valueSql: percentSql, orderSql: 'ORDER BY attempt_number DESC LIMIT 1' },
  first: { valueSql: percentSql, orderSql: 'ORDER BY attempt_number LIMIT 1' },
  average: { valueSql: `avg(${percentSql})`, orderSql: '' },
};

/**
 * For each policy, the SQL that computes the same value in a query that groups the submissions of many learners by learner and
 * exercise (alias w). `percent` is null for a submission without a score; `first_graded` and `last_graded` are numbers of attempts.
 */
const groupedScoreSql: Record<GradePolicy, string> = {
  highest: 'max(w.percent)',
  latest: 'max(CASE WHEN w.attempt_number = w.last_graded THEN w.percent END)',
  first: 'max(CASE WHEN w.attempt_number = w.first_graded THEN w.percent END)',
  average: 'avg(w.percent)',
};
const policyCases = Object.entries(groupedScoreSql).map(([policy, sql]) => `WHEN '${policy}' THEN ${sql}`);

const gradedAttemptSql = 'CASE WHEN score IS NOT NULL THEN attempt_number END';
const ofGroupSql = 'OVER (PARTITION BY student_id, exercise_id)';

/** The SQL that computes the results of many learners at once, from the submissions for which the condition is true (alias w). */
export const resultsSql = (conditionSql: string): string => `
  SELECT w.student_id, w.exercise_id, max(w.attempt_number) AS attempts_used,
    min(CASE WHEN w.status = 'approved' THEN COALESCE(w.graded_at, w.submitted_at) END) AS passed_at,
    max(w.submitted_at) AS updated_at, CASE x.grade_policy ${policyCases.join(' ')} END AS score_percent
  FROM (
    SELECT student_id, exercise_id, attempt_number, status, graded_at, submitted_at,
      CASE WHEN score IS NOT NULL THEN ${percentSql} END AS percent,
      min(${gradedAttemptSql}) ${ofGroupSql} AS first_graded, max(${gradedAttemptSql}) ${ofGroupSql} AS last_graded
    FROM courses_exercisesubmission w WHERE ${conditionSql}) AS w
  JOIN courses_exercise x ON x.id = w.exercise_id
  GROUP BY w.student_id, w.exercise_id, x.grade_policy ORDER BY w.student_id, w.exercise_id`;

/** The largest rounding error of a computed percentage. The difference of two scores is at least a thousand times as large. */
const maxRoundingError = 1e-8;

@Injectable()
export class ExerciseResults {
  constructor(private readonly database: Database) {}

  /**
   * Uses up one attempt, whose number is the returned `attemptsUsed`. One statement checks the limit and counts the attempt, so that
   * two concurrent requests cannot both get the last attempt (rule 8). Returns undefined if an attempt is unfinished or none is left.
   */
  takeAttempt(
    { studentId, exerciseId, attemptsAllowed }: LearnerExercise,
    now: Date,
  ): Promise<ExerciseResultRow | undefined> {
    return this.database.row(
      resultShape,
      `INSERT INTO progress_exerciseresult AS r (student_id, exercise_id, attempts_used, updated_at) VALUES ($1, $2, 1, $4)
       ON CONFLICT (student_id, exercise_id) DO UPDATE SET attempts_used = r.attempts_used + 1, updated_at = $4
       WHERE r.attempts_used < $3 AND NOT EXISTS (
         SELECT 1 FROM progress_attempt a WHERE a.student_id = $1 AND a.exercise_id = $2 AND a.finished_at IS NULL)
       RETURNING ${resultColumns}`,
      [studentId, exerciseId, attemptsAllowed, now],
    );
  }

  /**
   * Recomputes the score that counts from all graded submissions, and records the first pass. An approval by a person is a pass
   * with any score. An automatic approval is a pass if the score that counts reaches the passing percentage. A pass is never
   * taken back (rule 9).
   */
  async recompute(
    exercise: LearnerExercise,
    gradedBy: 'person' | 'machine',
    isApproved: boolean,
    now: Date,
  ): Promise<ExerciseResultRow> {
    const { studentId, exerciseId, gradePolicy, passingPercent } = exercise;
    const { valueSql, orderSql } = gradePolicySql[gradePolicy];
    const result = await this.database.row(
      resultShape,
      `UPDATE progress_exerciseresult AS r SET score_percent = s.percent, updated_at = $3,
         passed_at = CASE WHEN r.passed_at IS NULL AND s.percent >= $4 THEN $3 ELSE r.passed_at END
       FROM (SELECT (
         SELECT ${valueSql} FROM courses_exercisesubmission
         WHERE student_id = $1 AND exercise_id = $2 AND score IS NOT NULL ${orderSql}) AS percent) AS s
       WHERE r.student_id = $1 AND r.exercise_id = $2
       RETURNING ${resultColumns}`,
      [studentId, exerciseId, now, minPercentToPass(gradedBy, isApproved, passingPercent)],
    );
    return result as ExerciseResultRow;
  }
}

/** The lowest percentage that is a pass. No score reaches 1,000, so a submission that is not approved never passes. */
function minPercentToPass(gradedBy: 'person' | 'machine', isApproved: boolean, passingPercent: number): number {
  if (!isApproved) return 1_000;
  return gradedBy === 'person' ? 0 : passingPercent - maxRoundingError;
}
