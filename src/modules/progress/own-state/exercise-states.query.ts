import { Injectable } from '@nestjs/common';
import { float, instant, int, nullable, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import type { ExerciseState } from '../../courses';
import { isOverdue } from '../attempts/attempt-row';
import type { SubmissionState } from '../progress.lists';

const shape = {
  exerciseId: int,
  attemptsUsed: int,
  scorePercent: nullable(float),
  bestScorePercent: nullable(float),
  passedAt: nullable(instant),
  attemptId: nullable(int),
  attemptNumber: nullable(int),
  startedAt: nullable(instant),
  deadlineAt: nullable(instant),
  submissionId: nullable(int),
  status: nullable(textOf<SubmissionState>()),
  score: nullable(float),
  maxScore: nullable(int),
  submittedAt: nullable(instant),
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
      `SELECT r.exercise_id AS "exerciseId", r.attempts_used AS "attemptsUsed", r.score_percent AS "scorePercent",
         r.passed_at AS "passedAt", a.id AS "attemptId", a.attempt_number AS "attemptNumber", a.started_at AS "startedAt",
         a.deadline_at AS "deadlineAt", w.id AS "submissionId", w.status, w.score, w.max_score AS "maxScore",
         w.submitted_at AS "submittedAt",
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
    scorePercent,
    bestScorePercent,
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
