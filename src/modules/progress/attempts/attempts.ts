import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { attemptColumns, attemptShape, isOverdue, type AttemptRow } from './attempt-row';
import { ExerciseResults } from '../submissions/exercise-results';
import { LearnerAttempts, type LearnerAttempt } from './learner-attempts';
import { LearnerExercises, type LearnerExercise } from '../submissions/learner-exercises';
import {
  checkChanges,
  checkComplete,
  mergeHandIns,
  toStoredChanges,
  type HandInChanges,
} from '../grades/hand-in-grading';
import type { SubmissionWithEarnings } from '../submissions/submission-row';
import type { HandedInAttempt } from '../submissions/hand-ins/stored-hand-ins';
import { requireOpen, requireValid, Submissions } from '../submissions/submissions';
import { NoAttemptsLeft } from '../submissions/submissions.errors';

const minuteMs = 60_000;

/**
 * The attempts of students. An attempt gets its number and is used up when it starts. It is closed once, either by the student or
 * after its deadline (rule 8). A student can finish a started attempt even if the course changes or the student leaves it.
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
   * Starts a new attempt, or returns the one that is open.
   * @throws ExerciseNotFound, NotEnrolled, ExerciseClosed, NoAttemptsLeft
   */
  async start(studentId: number, exerciseId: number): Promise<AttemptRow> {
    const attempt = await this.database.transaction(() => this.startOrFindOpen(studentId, exerciseId));
    if (!isOverdue(attempt, this.clock.now())) return attempt;
    await this.closeOverdue(attempt.id);
    return this.start(studentId, exerciseId);
  }

  /** @throws AttemptNotFound */
  async get(studentId: number, attemptId: number): Promise<AttemptRow> {
    const attempt = await this.attempts.get(studentId, attemptId);
    if (!isOverdue(attempt, this.clock.now())) return attempt;
    await this.closeOverdue(attemptId);
    return this.attempts.get(studentId, attemptId);
  }

  /** @throws AttemptNotFound, AttemptFinished, ValidationFailed */
  async save(studentId: number, attemptId: number, changes: HandInChanges): Promise<AttemptRow> {
    return this.database.transaction(async () => {
      const attempt = await this.attempts.lockOpen(studentId, attemptId, 'attempt only');
      requireValid(checkChanges(attempt, changes));
      const saved = await this.database.row(
        attemptShape,
        `UPDATE progress_attempt SET saved_answers = $2, saved_at = $3 WHERE id = $1
         RETURNING ${attemptColumns('progress_attempt')}`,
        [attemptId, mergeHandIns(attempt.saved, toStoredChanges(attempt, changes)), this.clock.now()],
      );
      return saved as AttemptRow;
    });
  }

  /** Hands in the saved answers together with `changes`. @throws AttemptNotFound, AttemptFinished, ValidationFailed */
  async handIn(studentId: number, attemptId: number, changes: HandInChanges): Promise<SubmissionWithEarnings> {
    return this.database.transaction(async () => {
      const attempt = await this.attempts.lockOpen(studentId, attemptId, 'all');
      requireValid(checkChanges(attempt, changes));
      const handIn = mergeHandIns(attempt.saved, toStoredChanges(attempt, changes));
      requireValid(checkComplete(attempt, handIn));
      return this.finish(attempt, { handIn, submittedAt: this.clock.now() }, true);
    });
  }

  /** Hands in the saved answers, with the deadline as the time. Returns false if the attempt is not overdue or already finished. */
  async closeOverdue(attemptId: number): Promise<boolean> {
    return this.database.transaction(async () => {
      const attempt = await this.attempts.lockOverdue(attemptId);
      if (!attempt) return false;
      await this.finish(attempt, { handIn: attempt.saved, submittedAt: attempt.deadlineAt as Date }, false);
      return true;
    });
  }

  private async startOrFindOpen(studentId: number, exerciseId: number): Promise<AttemptRow> {
    const exercise = await this.exercises.lockForStudent(studentId, exerciseId);
    const now = this.clock.now();
    requireOpen(exercise, now);
    const result = await this.results.takeAttempt(exercise, now);
    if (result) return this.insert(exercise, result.attemptsUsed, now);
    const openAttempt = await this.attempts.findOpen(studentId, exerciseId);
    if (!openAttempt) throw new NoAttemptsLeft();
    return openAttempt;
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
    { handIn, submittedAt }: Omit<HandedInAttempt, 'attemptNumber'>,
    isLearnerActivity: boolean,
  ): Promise<SubmissionWithEarnings> {
    const handedIn = { attemptNumber: attempt.attemptNumber, handIn, submittedAt };
    const context = { now: this.clock.now(), isLearnerActivity };
    const submission = await this.submissions.record(attempt, attempt, handedIn, context);
    await this.database.run(
      'UPDATE progress_attempt SET finished_at = $2, submission_id = $3, saved_answers = $4 WHERE id = $1',
      [attempt.id, submittedAt, submission.id, handIn],
    );
    return submission;
  }
}

/** The end of the time limit or the closing date of the exercise, whichever is earlier. Null if the exercise has neither. */
function deadlineOf({ timeLimitMinutes, closesAt }: LearnerExercise, now: Date): Date | null {
  if (timeLimitMinutes === null) return closesAt;
  const endOfTimeLimit = new Date(now.getTime() + timeLimitMinutes * minuteMs);
  const closesFirst = closesAt !== null && closesAt < endOfTimeLimit;
  return closesFirst ? closesAt : endOfTimeLimit;
}
