import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { attemptColumns, attemptShape, isOverdue, type AttemptRow } from './attempt-row';
import { resultColumns, resultShape } from '../submissions/exercise-results';
import { exerciseColumns, exerciseJoinsSql, exerciseShape } from '../submissions/learner-exercises';
import { AttemptFinished, AttemptNotFound } from '../submissions/submissions.errors';

const shape = { ...exerciseShape, ...resultShape, ...attemptShape };
/** An attempt with its exercise, its learner and their result. It contains the answer key, so it is never sent to a client. */
export type LearnerAttempt = Row<typeof shape>;

/**
 * Which rows to lock, because the caller writes them afterwards. `all` locks first the learner's totals, then the result and the
 * attempt.
 */
type LockScope = 'attempt only' | 'all';

@Injectable()
export class LearnerAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Reads the student's own attempt. @throws AttemptNotFound */
  async get(studentId: number, attemptId: number): Promise<AttemptRow> {
    const sql = `SELECT ${attemptColumns('a')} FROM progress_attempt a WHERE a.id = $1 AND a.student_id = $2`;
    const attempt = await this.database.row(attemptShape, sql, [attemptId, studentId]);
    if (!attempt) throw new AttemptNotFound();
    return attempt;
  }

  /** Locks the student's own attempt, if the student can still change it. @throws AttemptNotFound, AttemptFinished */
  async lockOpen(studentId: number, attemptId: number, scope: LockScope): Promise<LearnerAttempt> {
    const attempt = await this.lock('a.id = $1 AND a.student_id = $2', [attemptId, studentId], scope);
    if (!attempt) throw new AttemptNotFound();
    if (attempt.finishedAt !== null || isOverdue(attempt, this.clock.now())) throw new AttemptFinished();
    return attempt;
  }

  /** Locks an attempt. Returns undefined if the attempt is not overdue or is already finished. */
  async lockOverdue(attemptId: number): Promise<LearnerAttempt | undefined> {
    const attempt = await this.lock('a.id = $1', [attemptId], 'all');
    if (!attempt) return undefined;
    return isOverdue(attempt, this.clock.now()) ? attempt : undefined;
  }

  /** Finds the student's attempt at the exercise that is started and not finished. */
  findOpen(studentId: number, exerciseId: number): Promise<AttemptRow | undefined> {
    return this.database.row(
      attemptShape,
      `SELECT ${attemptColumns('a')} FROM progress_attempt a
       WHERE a.student_id = $1 AND a.exercise_id = $2 AND a.finished_at IS NULL`,
      [studentId, exerciseId],
    );
  }

  private lock(conditionSql: string, values: number[], scope: LockScope): Promise<LearnerAttempt | undefined> {
    const { dialect } = this.database;
    // The shared lock waits for a running correction of the answer key, because that correction would not regrade this attempt.
    const lockAllSql = dialect.forUpdate('p, r, a') + dialect.forShare('x');
    const lockSql = scope === 'all' ? lockAllSql : dialect.forUpdate('a');
    return this.database.row(
      shape,
      `SELECT ${exerciseColumns()}, ${resultColumns}, ${attemptColumns('a')}
       FROM progress_attempt a ${exerciseJoinsSql('a')} WHERE ${conditionSql}${lockSql}`,
      values,
    );
  }
}
