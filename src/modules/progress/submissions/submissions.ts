import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { FieldError } from '../../../platform/errors/domain-error';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import { ExerciseResults, type ExerciseResultRow } from './exercise-results';
import { LearnerExercises, type LearnerExercise } from './learner-exercises';
import {
  checkComplete,
  checkHandIn,
  gradeHandIn,
  toStoredHandIn,
  type HandIn,
  type HandInGrade,
} from '../grades/hand-in-grading';
import { SubmissionEffects, type SubmissionContext } from './submission-effects';
import {
  wholeSubmission,
  type StoredSubmission,
  type SubmissionRow,
  type SubmissionWithEarnings,
} from './submission-row';
import { HeldGrades } from '../release/held-grades';
import { AttemptOpen, AttemptRequired, ExerciseClosed, NoAttemptsLeft } from './submissions.errors';

export interface HandedInAttempt {
  attemptNumber: number;
  handIn: HandIn;
  /** The time of the hand-in. An overdue attempt counts as handed in at its deadline. */
  submittedAt: Date;
}

/** Stores one submission for each attempt, and grades the submission at once unless a person must grade it. */
@Injectable()
export class Submissions {
  constructor(
    private readonly database: Database,
    private readonly exercises: LearnerExercises,
    private readonly results: ExerciseResults,
    private readonly effects: SubmissionEffects,
    private readonly heldGrades: HeldGrades,
    private readonly clock: Clock,
  ) {}

  /**
   * Uses up an attempt and hands it in at once.
   * @throws ExerciseNotFound, NotEnrolled, AttemptRequired, ExerciseClosed, AttemptOpen, NoAttemptsLeft, ValidationFailed
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
    const handInGrade = gradeHandIn(exercise, handedIn.handIn, handedIn.attemptNumber);
    const isHeld = exercise.areGradesHeld && handInGrade.status !== 'pending';
    const grade: HandInGrade = isHeld ? { ...handInGrade, status: 'pending', score: null } : handInGrade;
    const gradedAt = grade.status === 'pending' ? null : context.now;
    const stored = await this.insert(exercise, handedIn, grade, gradedAt);
    if (isHeld) await this.heldGrades.keepAutomatic(stored.id, handInGrade, context.now);
    const { id: submissionId, version, status, score, maxScore, gradedById } = stored;
    const graded = { submissionId, version, status, score, maxScore, gradedById, isHeld };
    const { result, earned } = await this.effects.apply(exercise, before, graded, context);
    return { ...toSubmissionRow(stored, exercise, handedIn.handIn, result), isGradeHeld: isHeld, earned };
  }

  private async explainMissingAttempt(studentId: number, exerciseId: number): Promise<AttemptOpen | NoAttemptsLeft> {
    const openAttempt = await this.database.row(
      { id: int },
      'SELECT id FROM progress_attempt WHERE student_id = $1 AND exercise_id = $2 AND finished_at IS NULL',
      [studentId, exerciseId],
    );
    return openAttempt ? new AttemptOpen(openAttempt.id) : new NoAttemptsLeft();
  }

  private async insert(
    exercise: LearnerExercise,
    handedIn: HandedInAttempt,
    grade: HandInGrade,
    gradedAt: Date | null,
  ): Promise<StoredSubmission> {
    const { studentId, exerciseId, maxScore } = exercise;
    const { status, score, questions } = grade;
    const stored = await this.database.row(
      wholeSubmission.shape,
      `INSERT INTO courses_exercisesubmission (student_id, exercise_id, attempt_number, submission_data, submitted_at,
         status, score, max_score, grading, graded_at, exercise_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       RETURNING ${wholeSubmission.columns()}`,
      [
        studentId,
        exerciseId,
        handedIn.attemptNumber,
        handedIn.handIn,
        handedIn.submittedAt,
        status,
        score,
        maxScore,
        { questions },
        gradedAt,
        exercise.exerciseVersion,
      ],
    );
    return stored as StoredSubmission;
  }
}

function toSubmissionRow(
  stored: StoredSubmission,
  exercise: LearnerExercise,
  handIn: HandIn,
  result: ExerciseResultRow,
): SubmissionRow {
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
