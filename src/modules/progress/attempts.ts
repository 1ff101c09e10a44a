import { Injectable } from '@nestjs/common';
import type { Row } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/time/clock';
import { attemptColumns, attemptShape, isOverdue, type AttemptRow } from './attempt-row';
import { ExerciseResults, standingColumns, standingShape } from './exercise-results';
import { exerciseColumns, exerciseOf, exerciseShape, LearnerExercises, type LearnerExercise } from './learner-exercises';
import { checkComplete, checkHandIn, mergeHandIns, type HandIn } from './marking';
import type { SubmissionRow } from './submission-row';
import { requireOpen, requireValid, Submissions, type Sheet } from './submissions';
import { AttemptFinished, AttemptNotFound, NoAttemptsLeft } from './submissions.errors';

const shape = { ...exerciseShape, ...standingShape, ...attemptShape };
type AttemptOfLearner = Row<typeof shape>;

const minuteMs = 60_000;

/**
 * Attempts: numbered and consumed at the start, closed once, by the learner or by the clock (rule 8). What was begun may be
 * finished whatever happens to the course meanwhile.
 */
@Injectable()
export class Attempts {
  constructor(
    private readonly database: Database,
    private readonly exercises: LearnerExercises,
    private readonly results: ExerciseResults,
    private readonly submissions: Submissions,
    private readonly clock: Clock,
  ) {}

  /**
   * A new attempt, or the one that is open.
   * @throws ExerciseNotFound, NotEnrolled, ExerciseClosed, NoAttemptsLeft
   */
  async start(studentId: number, exerciseId: number): Promise<AttemptRow> {
    const attempt = await this.database.transaction(() => this.begin(studentId, exerciseId));
    if (!isOverdue(attempt, this.clock.now())) return attempt;
    await this.close(attempt.id);
    return this.start(studentId, exerciseId);
  }

  /** @throws AttemptNotFound for anybody else's */
  async read(studentId: number, attemptId: number): Promise<AttemptRow> {
    const attempt = await this.find(studentId, attemptId);
    if (!isOverdue(attempt, this.clock.now())) return attempt;
    await this.close(attemptId);
    return this.find(studentId, attemptId);
  }

  /** @throws AttemptNotFound, AttemptFinished, ValidationFailed */
  async save(studentId: number, attemptId: number, changes: HandIn): Promise<AttemptRow> {
    return this.database.transaction(async () => {
      const attempt = await this.open(studentId, attemptId, 'a');
      requireValid(checkHandIn(attempt, changes));
      const saved = await this.database.row(
        attemptShape,
        `UPDATE progress_attempt SET saved_answers = $2, saved_at = $3 WHERE id = $1
         RETURNING ${attemptColumns('progress_attempt')}`,
        [attemptId, mergeHandIns(attempt.saved, changes), this.clock.now()],
      );
      return saved as AttemptRow;
    });
  }

  /** Hands in what was saved, with the last changes. @throws AttemptNotFound, AttemptFinished, ValidationFailed */
  async handIn(studentId: number, attemptId: number, changes: HandIn): Promise<SubmissionRow> {
    return this.database.transaction(async () => {
      const attempt = await this.open(studentId, attemptId, 'p, r, a');
      const handIn = mergeHandIns(attempt.saved, changes);
      requireValid([...checkHandIn(attempt, changes), ...checkComplete(attempt, handIn)]);
      const now = this.clock.now();
      return this.finish(attempt, { ...attempt, handIn, submittedAt: now }, true);
    });
  }

  /** Hands in what was saved, as of the deadline, unless that has been done. */
  async close(attemptId: number): Promise<boolean> {
    return this.database.transaction(async () => {
      const attempt = await this.load('a.id = $1', [attemptId], 'p, r, a');
      if (!attempt?.deadlineAt || !isOverdue(attempt, this.clock.now())) return false;
      await this.finish(attempt, { ...attempt, handIn: attempt.saved, submittedAt: attempt.deadlineAt }, false);
      return true;
    });
  }

  private async begin(studentId: number, exerciseId: number): Promise<AttemptRow> {
    const exercise = await this.exercises.open(studentId, exerciseId);
    const now = this.clock.now();
    requireOpen(exercise, now);
    const standing = await this.results.takeAttempt(exercise, now);
    const attempt = standing ? await this.insert(exercise, standing.attemptsUsed, now) : await this.unfinished(exercise);
    if (!attempt) throw new NoAttemptsLeft();
    return attempt;
  }

  private insert(exercise: LearnerExercise, attemptNumber: number, now: Date): Promise<AttemptRow | undefined> {
    return this.database.row(
      attemptShape,
      `INSERT INTO progress_attempt (student_id, exercise_id, attempt_number, started_at, deadline_at, saved_answers)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${attemptColumns('progress_attempt')}`,
      [exercise.studentId, exercise.exerciseId, attemptNumber, now, deadlineOf(exercise, now), {}],
    );
  }

  private unfinished({ studentId, exerciseId }: LearnerExercise): Promise<AttemptRow | undefined> {
    return this.database.row(
      attemptShape,
      `SELECT ${attemptColumns('a')} FROM progress_attempt a
       WHERE a.student_id = $1 AND a.exercise_id = $2 AND a.finished_at IS NULL`,
      [studentId, exerciseId],
    );
  }

  private async find(studentId: number, attemptId: number): Promise<AttemptRow> {
    const sql = `SELECT ${attemptColumns('a')} FROM progress_attempt a WHERE a.id = $1 AND a.student_id = $2`;
    const attempt = await this.database.row(attemptShape, sql, [attemptId, studentId]);
    if (!attempt) throw new AttemptNotFound();
    return attempt;
  }

  private async open(studentId: number, attemptId: number, locked: string): Promise<AttemptOfLearner> {
    const attempt = await this.load('a.id = $1 AND a.student_id = $2', [attemptId, studentId], locked);
    if (!attempt) throw new AttemptNotFound();
    if (attempt.finishedAt !== null || isOverdue(attempt, this.clock.now())) throw new AttemptFinished();
    return attempt;
  }

  /** `locked`: the aliases to lock, in this order; the learner's totals come first wherever they are written. */
  private load(condition: string, values: number[], locked: string): Promise<AttemptOfLearner | undefined> {
    return this.database.row(
      shape,
      `SELECT ${exerciseColumns()}, ${standingColumns('r')}, ${attemptColumns('a')}
       FROM progress_attempt a ${exerciseOf('a')} WHERE ${condition}${this.database.dialect.forUpdate(locked)}`,
      values,
    );
  }

  private async finish(attempt: AttemptOfLearner, sheet: Sheet, isStep: boolean): Promise<SubmissionRow> {
    const { attemptNumber, handIn, submittedAt } = sheet;
    const occasion = { now: this.clock.now(), isStep };
    const submission = await this.submissions.record(attempt, attempt, { attemptNumber, handIn, submittedAt }, occasion);
    await this.database.run(
      'UPDATE progress_attempt SET finished_at = $2, submission_id = $3, saved_answers = $4 WHERE id = $1',
      [attempt.id, submittedAt, submission.id, handIn],
    );
    return submission;
  }
}

/** The earlier of the time limit and the closing date, fixed at the start. */
function deadlineOf({ timeLimitMinutes, closesAt }: LearnerExercise, now: Date): Date | null {
  if (timeLimitMinutes === null) return closesAt;
  const limit = new Date(now.getTime() + timeLimitMinutes * minuteMs);
  return closesAt !== null && closesAt < limit ? closesAt : limit;
}
