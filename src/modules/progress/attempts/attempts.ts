import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { attemptColumns, attemptShape, isOverdue, type AttemptRow } from './attempt-row';
import { ExerciseResults } from '../submissions/exercise-results';
import { LearnerAttempts, type LearnerAttempt } from './learner-attempts';
import { LearnerExercises, type LearnerExercise } from '../submissions/learner-exercises';
import { checkComplete, checkHandIn, mergeHandIns, type HandIn } from '../grades/hand-in-grading';
import type { SubmissionRow } from '../submissions/submission-row';
import { requireOpen, requireValid, Submissions, type Sheet } from '../submissions/submissions';
import { NoAttemptsLeft } from '../submissions/submissions.errors';

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
    private readonly attempts: LearnerAttempts,
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

  /** @throws AttemptNotFound */
  async read(studentId: number, attemptId: number): Promise<AttemptRow> {
    const attempt = await this.attempts.find(studentId, attemptId);
    if (!isOverdue(attempt, this.clock.now())) return attempt;
    await this.close(attemptId);
    return this.attempts.find(studentId, attemptId);
  }

  /** @throws AttemptNotFound, AttemptFinished, ValidationFailed */
  async save(studentId: number, attemptId: number, changes: HandIn): Promise<AttemptRow> {
    return this.database.transaction(async () => {
      const attempt = await this.attempts.open(studentId, attemptId, 'attempt only');
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
      const attempt = await this.attempts.open(studentId, attemptId, 'all');
      const handIn = mergeHandIns(attempt.saved, changes);
      requireValid([...checkHandIn(attempt, changes), ...checkComplete(attempt, handIn)]);
      return this.finish(attempt, { handIn, submittedAt: this.clock.now() }, true);
    });
  }

  /** Hands in what was saved, as of the deadline; false when that has been done. */
  async close(attemptId: number): Promise<boolean> {
    return this.database.transaction(async () => {
      const attempt = await this.attempts.overdue(attemptId);
      if (!attempt) return false;
      await this.finish(attempt, { handIn: attempt.saved, submittedAt: attempt.deadlineAt as Date }, false);
      return true;
    });
  }

  private async begin(studentId: number, exerciseId: number): Promise<AttemptRow> {
    const exercise = await this.exercises.open(studentId, exerciseId);
    const now = this.clock.now();
    requireOpen(exercise, now);
    const standing = await this.results.takeAttempt(exercise, now);
    if (standing) return this.insert(exercise, standing.attemptsUsed, now);
    const unfinished = await this.attempts.unfinished(studentId, exerciseId);
    if (!unfinished) throw new NoAttemptsLeft();
    return unfinished;
  }

  private async insert(exercise: LearnerExercise, attemptNumber: number, now: Date): Promise<AttemptRow> {
    const attempt = await this.database.row(
      attemptShape,
      `INSERT INTO progress_attempt (student_id, exercise_id, attempt_number, started_at, deadline_at, saved_answers)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${attemptColumns('progress_attempt')}`,
      [exercise.studentId, exercise.exerciseId, attemptNumber, now, deadlineOf(exercise, now), {}],
    );
    return attempt as AttemptRow;
  }

  private async finish(
    attempt: LearnerAttempt,
    handedIn: Omit<Sheet, 'attemptNumber'>,
    isStep: boolean,
  ): Promise<SubmissionRow> {
    const sheet = { attemptNumber: attempt.attemptNumber, ...handedIn };
    const submission = await this.submissions.record(attempt, attempt, sheet, { now: this.clock.now(), isStep });
    await this.database.run(
      'UPDATE progress_attempt SET finished_at = $2, submission_id = $3, saved_answers = $4 WHERE id = $1',
      [attempt.id, sheet.submittedAt, submission.id, sheet.handIn],
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
