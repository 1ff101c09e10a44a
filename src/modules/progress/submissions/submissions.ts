import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { FieldError } from '../../../platform/errors/domain-error';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import { ExerciseResults, type Standing } from './exercise-results';
import { LearnerExercises, type LearnerExercise } from './learner-exercises';
import { checkComplete, checkHandIn, mark, type HandIn, type Mark } from '../grades/hand-in-grading';
import { Outcomes, type Occasion } from './submission-effects';
import type { SubmissionRow } from './submission-row';
import { AttemptOpen, AttemptRequired, ExerciseClosed, NoAttemptsLeft } from './submissions.errors';

export interface Sheet {
  attemptNumber: number;
  handIn: HandIn;
  /** When it counts as handed in: for what the clock hands in, the deadline. */
  submittedAt: Date;
}

/** Work handed in: a row for each attempt, marked at once where a machine can. */
@Injectable()
export class Submissions {
  constructor(
    private readonly database: Database,
    private readonly exercises: LearnerExercises,
    private readonly results: ExerciseResults,
    private readonly outcomes: Outcomes,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts an attempt and hands it in at once.
   * @throws ExerciseNotFound, NotEnrolled, AttemptRequired, ExerciseClosed, AttemptOpen, NoAttemptsLeft, ValidationFailed
   */
  async handIn(studentId: number, exerciseId: number, handIn: HandIn): Promise<SubmissionRow> {
    return this.database.transaction(async () => {
      const exercise = await this.exercises.open(studentId, exerciseId);
      if (exercise.timeLimitMinutes !== null) throw new AttemptRequired();
      const now = this.clock.now();
      requireOpen(exercise, now);
      requireValid([...checkHandIn(exercise, handIn), ...checkComplete(exercise, handIn)]);
      const standing = await this.results.takeAttempt(exercise, now);
      if (!standing) throw await this.refusal(studentId, exerciseId);
      const sheet = { attemptNumber: standing.attemptsUsed, handIn, submittedAt: now };
      return this.record(exercise, standing, sheet, { now, isStep: true });
    });
  }

  /** The row of a consumed attempt and all that follows from it, inside the caller's transaction. */
  async record(exercise: LearnerExercise, before: Standing, sheet: Sheet, occasion: Occasion): Promise<SubmissionRow> {
    const marked = mark(exercise, sheet.handIn, sheet.attemptNumber);
    const gradedAt = marked.status === 'pending' ? null : occasion.now;
    const submissionId = await this.insert(exercise, sheet, marked, gradedAt);
    const { status, score, questions } = marked;
    const { exerciseId, exerciseTitle, studentId, maxScore, attemptsAllowed, revealResults, closesAt } = exercise;
    const graded = { submissionId, version: 1, status, score, maxScore, gradedById: null };
    const standing = await this.outcomes.follow(exercise, before, graded, occasion);
    return {
      ...{ id: submissionId, exerciseId, exerciseTitle, studentId, ...sheet, status, score, maxScore, gradedAt },
      ...{ gradedById: null, feedback: '', grading: { questions }, version: 1, ...standing, attemptsAllowed },
      ...{ revealResults, closesAt, isTrying: false },
    };
  }

  private async refusal(studentId: number, exerciseId: number): Promise<AttemptOpen | NoAttemptsLeft> {
    const open = await this.database.row(
      { id: int },
      'SELECT id FROM progress_attempt WHERE student_id = $1 AND exercise_id = $2 AND finished_at IS NULL',
      [studentId, exerciseId],
    );
    return open ? new AttemptOpen(open.id) : new NoAttemptsLeft();
  }

  private async insert(exercise: LearnerExercise, sheet: Sheet, marked: Mark, gradedAt: Date | null): Promise<number> {
    const { studentId, exerciseId, maxScore } = exercise;
    const { status, score, questions } = marked;
    const inserted = await this.database.row(
      { id: int },
      `INSERT INTO courses_exercisesubmission (student_id, exercise_id, attempt_number, submission_data, submitted_at,
         status, score, max_score, grading, graded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
      [
        ...[studentId, exerciseId, sheet.attemptNumber, sheet.handIn, sheet.submittedAt],
        ...[status, score, maxScore, { questions }, gradedAt],
      ],
    );
    return inserted?.id as number;
  }
}

/** `closesAt` itself is still in time. */
export function requireOpen({ closesAt }: LearnerExercise, now: Date): void {
  if (closesAt !== null && now > closesAt) throw new ExerciseClosed();
}

export function requireValid(errors: FieldError[]): void {
  if (errors.length > 0) throw new ValidationFailed(errors);
}
