import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { FieldError } from '../../../platform/errors/domain-error';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import { ExerciseResults, type ExerciseResultRow } from './exercise-results';
import { LearnerExercises, type LearnerExercise } from './learner-exercises';
import { checkComplete, checkHandIn, toStoredHandIn, withoutArtworks, type HandIn } from '../grades/hand-in-grading';
import { SubmissionEffects, type SubmissionContext } from './submission-effects';
import type { StoredSubmission, SubmissionRow, SubmissionWithEarnings } from './submission-row';
import { StoredHandIns, type HandedInAttempt } from './hand-ins/stored-hand-ins';
import { AttemptOpen, AttemptRequired, ExerciseClosed, NoAttemptsLeft } from './submissions.errors';

/** Stores one submission for each attempt, and grades the submission at once unless a person must grade it. */
@Injectable()
export class Submissions {
  constructor(
    private readonly database: Database,
    private readonly exercises: LearnerExercises,
    private readonly results: ExerciseResults,
    private readonly effects: SubmissionEffects,
    private readonly handIns: StoredHandIns,
    private readonly clock: Clock,
  ) {}

  /**
   * Uses up an attempt and hands it in at once.
   * @throws ExerciseNotFound, NotEnrolled, AttemptRequired, ExerciseClosed, AttemptOpen, NoAttemptsLeft, ValidationFailed, FileNotUsable
   */
  async handIn(studentId: number, exerciseId: number, handIn: HandIn): Promise<SubmissionWithEarnings> {
    return this.database.transaction(async () => {
      const exercise = await this.exercises.lockForStudent(studentId, exerciseId);
      if (exercise.timeLimitMinutes !== null) throw new AttemptRequired();
      const now = this.clock.now();
      requireOpen(exercise, now);
      requireValid([...checkHandIn(exercise, handIn), ...checkComplete(exercise, handIn)]);
      const result = await this.results.takeAttempt(exercise, now);
      if (!result) throw await this.explainMissingAttempt(studentId, exerciseId);
      const stored = toStoredHandIn(exercise, handIn);
      const handedIn = { attemptNumber: result.attemptsUsed, handIn: stored, submittedAt: now };
      return this.record(exercise, result, handedIn, { now, isLearnerActivity: true });
    });
  }

  /** Stores and grades the submission of a used attempt, and applies its effects. Must run in the caller's transaction. */
  async record(
    exercise: LearnerExercise,
    before: ExerciseResultRow,
    handedIn: HandedInAttempt,
    context: SubmissionContext,
  ): Promise<SubmissionWithEarnings> {
    const { stored, artworks, isHeld } = await this.handIns.add(exercise, handedIn, context);
    const { id: submissionId, version, status, score, maxScore, gradedById } = stored;
    const graded = { submissionId, version, status, score, maxScore, gradedById, isHeld };
    const { result, earned } = await this.effects.apply(exercise, before, graded, context);
    const row = toSubmissionRow(stored, exercise, withoutArtworks(handedIn.handIn), result);
    return { ...row, artworkCount: artworks.length, artworks, isGradeHeld: isHeld, earned };
  }

  private async explainMissingAttempt(studentId: number, exerciseId: number): Promise<AttemptOpen | NoAttemptsLeft> {
    const openAttempt = await this.database.row(
      { id: int },
      'SELECT id FROM progress_attempt WHERE student_id = $1 AND exercise_id = $2 AND finished_at IS NULL',
      [studentId, exerciseId],
    );
    return openAttempt ? new AttemptOpen(openAttempt.id) : new NoAttemptsLeft();
  }
}

function toSubmissionRow(
  stored: StoredSubmission,
  exercise: LearnerExercise,
  handIn: HandIn,
  result: ExerciseResultRow,
): Omit<SubmissionRow, 'artworks' | 'artworkCount'> {
  return {
    ...stored,
    username: exercise.username,
    firstName: exercise.firstName,
    lastName: exercise.lastName,
    exerciseTitle: exercise.exerciseTitle,
    handIn,
    askedContent: exercise.content,
    askedKey: exercise.answerKey,
    presentContent: exercise.content,
    presentKey: exercise.answerKey,
    ...result,
    attemptsAllowed: exercise.attemptsAllowed,
    revealResults: exercise.revealResults,
    closesAt: exercise.closesAt,
    hasOpenAttempt: false,
    areGradesHeld: exercise.areGradesHeld,
    isGradeHeld: false,
  };
}

/** A hand-in at the instant `closesAt` is still in time. */
export function requireOpen({ closesAt }: LearnerExercise, now: Date): void {
  if (closesAt !== null && now > closesAt) throw new ExerciseClosed();
}

export function requireValid(errors: FieldError[]): void {
  if (errors.length > 0) throw new ValidationFailed(errors);
}
