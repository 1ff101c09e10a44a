import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database';
import type { ArtworkRow } from '../../artworks/artwork-row';
import { Artworks } from '../../artworks/artworks';
import { gradeHandIn, withoutArtworks, type HandIn, type HandInGrade } from '../../grades/hand-in-grading';
import { HeldGrades } from '../../release/held-grades';
import type { LearnerExercise } from '../learner-exercises';
import type { SubmissionContext } from '../submission-effects';
import { wholeSubmission, type StoredSubmission } from '../submission-row';

export interface HandedInAttempt {
  attemptNumber: number;
  handIn: HandIn;
  /** The time of the hand-in. An overdue attempt counts as handed in at its deadline. */
  submittedAt: Date;
}

export interface StoredHandIn {
  stored: StoredSubmission;
  artworks: ArtworkRow[];
  /** True if it was graded, and the grade waits for its release. */
  isHeld: boolean;
}

/** Stores what was handed in with its automatic grade: the submission, its pictures, and the grade that is held. */
@Injectable()
export class StoredHandIns {
  constructor(
    private readonly database: Database,
    private readonly artworks: Artworks,
    private readonly heldGrades: HeldGrades,
  ) {}

  /** Must run in the caller's transaction. @throws FileNotUsable */
  async add(
    exercise: LearnerExercise,
    handedIn: HandedInAttempt,
    { now, isLearnerActivity }: SubmissionContext,
  ): Promise<StoredHandIn> {
    const grade = gradeHandIn(exercise, handedIn.handIn, handedIn.attemptNumber);
    const isHeld = exercise.areGradesHeld && grade.status !== 'pending';
    const shownGrade: HandInGrade = isHeld ? { ...grade, status: 'pending', score: null } : grade;
    const stored = await this.insert(exercise, handedIn, shownGrade, shownGrade.status === 'pending' ? null : now);
    if (isHeld) await this.heldGrades.keepAutomatic(stored.id, grade, now);
    const pictures = handedIn.handIn.work?.artworks ?? [];
    const work = { submissionId: stored.id, studentId: exercise.studentId, isLearnerActivity };
    const artworks = pictures.length > 0 ? await this.artworks.add(pictures, work) : [];
    return { stored, artworks, isHeld };
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
        withoutArtworks(handedIn.handIn),
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
