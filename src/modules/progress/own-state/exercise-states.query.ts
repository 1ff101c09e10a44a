import { Injectable } from '@nestjs/common';
import { float, int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import type { ExerciseState } from '../../courses';
import { isOverdue } from '../attempts/attempt-row';
import { Attempt } from '../attempts/attempt.entity';
import { ExerciseResult } from '../submissions/exercise-result.entity';
import { ExerciseSubmission } from '../submissions/exercise-submission.entity';
import { roundToTwoDecimals } from '../submissions/submissions.dto';

const result = columnsOf(ExerciseResult, ['exerciseId', 'attemptsUsed', 'scorePercent', 'passedAt']);
const attempt = columnsOf(Attempt, ['attemptNumber', 'startedAt', 'deadlineAt']);
const submission = columnsOf(ExerciseSubmission, ['status', 'score', 'maxScore', 'submittedAt']);
const shape = {
  ...result.shape,
  bestScorePercent: nullable(float),
  attemptId: nullable(int),
  ...attempt.optionalShape,
  submissionId: nullable(int),
  ...submission.optionalShape,
};
type StateRow = Row<typeof shape>;

const submissionsSql =
  'courses_exercisesubmission b WHERE b.student_id = r.student_id AND b.exercise_id = r.exercise_id';

/** The state of a learner in exercises. */
@Injectable()
export class ExerciseStates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Sends one statement. An overdue attempt counts as used and is not open, because the server hands it in. */
  async ofExercises(studentId: number, exerciseIds: readonly number[]): Promise<Map<number, ExerciseState>> {
    const rows = await this.database.rows(
      shape,
      `SELECT ${result.columns('r')}, a.id AS "attemptId", ${attempt.columns('a')},
         w.id AS "submissionId", ${submission.columns('w')},
         (SELECT max(b.score * 100.0 / b.max_score) FROM ${submissionsSql}) AS "bestScorePercent"
       FROM progress_exerciseresult r
       LEFT JOIN progress_attempt a
         ON a.student_id = r.student_id AND a.exercise_id = r.exercise_id AND a.finished_at IS NULL
       LEFT JOIN courses_exercisesubmission w
         ON w.student_id = r.student_id AND w.exercise_id = r.exercise_id
         AND w.attempt_number = (SELECT max(b.attempt_number) FROM ${submissionsSql})
       WHERE r.student_id = $1 AND r.exercise_id IN (${placeholders(exerciseIds.length, 2)})`,
      [studentId, ...exerciseIds],
    );
    const now = this.clock.now();
    return new Map(rows.map((row) => [row.exerciseId, toState(row, now)]));
  }
}

function toState(row: StateRow, now: Date): ExerciseState {
  const { attemptsUsed, scorePercent, bestScorePercent, passedAt } = row;
  return {
    attemptsUsed,
    scorePercent: roundToTwoDecimals(scorePercent),
    bestScorePercent: roundToTwoDecimals(bestScorePercent),
    hasPassed: passedAt !== null,
    openAttempt: toOpenAttempt(row, now),
    latestSubmission: toLatestSubmission(row),
  };
}

function toOpenAttempt(row: StateRow, now: Date): ExerciseState['openAttempt'] {
  const { attemptId, attemptNumber, startedAt, deadlineAt } = row;
  if (attemptId === null || isOverdue({ finishedAt: null, deadlineAt }, now)) return null;
  return { id: attemptId, attemptNumber: attemptNumber as number, startedAt: startedAt as Date, deadlineAt };
}

function toLatestSubmission({ submissionId, status, score, maxScore, submittedAt }: StateRow) {
  if (submissionId === null) return null;
  return { id: submissionId, status: status!, score, maxScore: maxScore!, submittedAt: submittedAt! };
}
