import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { attemptColumns, attemptShape, isOverdue, type AttemptRow } from './attempt-row';
import { standingColumns, standingShape } from '../submissions/exercise-results';
import { exerciseColumns, exerciseOf, exerciseShape } from '../submissions/learner-exercises';
import { AttemptFinished, AttemptNotFound } from '../submissions/submissions.errors';

const shape = { ...exerciseShape, ...standingShape, ...attemptShape };
/** An attempt with its exercise, its learner and where they stand; holds the answer key. */
export type LearnerAttempt = Row<typeof shape>;

/** What a caller writes afterwards. The learner's totals are locked first wherever they are written. */
type Lock = 'attempt only' | 'all';

@Injectable()
export class LearnerAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One's own. @throws AttemptNotFound */
  async find(studentId: number, attemptId: number): Promise<AttemptRow> {
    const sql = `SELECT ${attemptColumns('a')} FROM progress_attempt a WHERE a.id = $1 AND a.student_id = $2`;
    const attempt = await this.database.row(attemptShape, sql, [attemptId, studentId]);
    if (!attempt) throw new AttemptNotFound();
    return attempt;
  }

  /** One's own, while it can still be worked on. @throws AttemptNotFound, AttemptFinished */
  async open(studentId: number, attemptId: number, lock: Lock): Promise<LearnerAttempt> {
    const attempt = await this.load('a.id = $1 AND a.student_id = $2', [attemptId, studentId], lock);
    if (!attempt) throw new AttemptNotFound();
    if (attempt.finishedAt !== null || isOverdue(attempt, this.clock.now())) throw new AttemptFinished();
    return attempt;
  }

  /** Undefined unless its deadline has passed and nobody has handed it in. */
  async overdue(attemptId: number): Promise<LearnerAttempt | undefined> {
    const attempt = await this.load('a.id = $1', [attemptId], 'all');
    return attempt && isOverdue(attempt, this.clock.now()) ? attempt : undefined;
  }

  /** The one that was begun and not finished. */
  unfinished(studentId: number, exerciseId: number): Promise<AttemptRow | undefined> {
    return this.database.row(
      attemptShape,
      `SELECT ${attemptColumns('a')} FROM progress_attempt a
       WHERE a.student_id = $1 AND a.exercise_id = $2 AND a.finished_at IS NULL`,
      [studentId, exerciseId],
    );
  }

  private load(condition: string, values: number[], lock: Lock): Promise<LearnerAttempt | undefined> {
    const { dialect } = this.database;
    // With the key as it is after any wait: a corrected key regrades only what it finds.
    const locked = lock === 'all' ? dialect.forUpdate('p, r, a') + dialect.forShare('x') : dialect.forUpdate('a');
    return this.database.row(
      shape,
      `SELECT ${exerciseColumns()}, ${standingColumns}, ${attemptColumns('a')}
       FROM progress_attempt a ${exerciseOf('a')} WHERE ${condition}${locked}`,
      values,
    );
  }
}
