import { Injectable } from '@nestjs/common';
import { int, jsonOf, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { PreconditionFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import type { ArtworkRow } from '../artworks/artwork-row';
import { Artworks } from '../artworks/artworks';
import type { RubricCriterion } from '../../courses';
import type { QuestionGrade } from './quiz-grading';
import type { RubricMark } from './rubric-grading';
import { exerciseColumns, exerciseJoinsSql, exerciseShape } from '../submissions/learner-exercises';
import { SubmissionEffects } from '../submissions/submission-effects';
import { earnedNothing } from '../learner/earned';
import { HeldGrades } from '../release/held-grades';
import type { SubmissionState } from '../progress.lists';
import { submissionColumns, submissionShape, type SubmissionWithEarnings } from '../submissions/submission-row';
import type { ExerciseSubmission } from '../submissions/exercise-submission.entity';
import { SubmissionNotFound } from '../submissions/submissions.errors';

const shape = { ...exerciseShape, ...submissionShape, rubric: nullable(jsonOf<RubricCriterion[]>()) };
/** A submission with its exercise and its learner. It contains the answer key, so it is never sent to a client. */
export type GradableSubmission = Row<typeof shape> & { artworks: ArtworkRow[] };

export interface NewGrade {
  score: number;
  status: Exclude<SubmissionState, 'pending'>;
  feedback: string;
  questions: QuestionGrade[];
  /** What was chosen by the rubric of the exercise, if the score follows from it. */
  rubricMarks?: RubricMark[] | undefined;
  /** The person who graded, or null if the submission was graded automatically. */
  gradedById: number | null;
  reason: string;
}

/**
 * Replaces the grades of submissions. Each change is stored with the grade before and after, the person, the time and the reason
 * (rule 9).
 */
@Injectable()
export class GradeChanges {
  constructor(
    private readonly database: Database,
    private readonly effects: SubmissionEffects,
    private readonly heldGrades: HeldGrades,
    private readonly artworks: Artworks,
    private readonly clock: Clock,
  ) {}

  /** Locks the learner's totals, their result and the submission until the transaction ends. @throws SubmissionNotFound */
  async lockSubmission(submissionId: number): Promise<GradableSubmission> {
    const submission = await this.database.row(
      shape,
      `SELECT ${exerciseColumns('w.max_score')}, ${submissionColumns}, x.rubric
       FROM courses_exercisesubmission w ${exerciseJoinsSql('w')} WHERE w.id = $1${this.lockSql()}`,
      [submissionId],
    );
    if (!submission) throw new SubmissionNotFound();
    return { ...submission, artworks: await this.artworks.listOf(submission) };
  }

  /** The shared lock of the exercise waits for a release that is running, whose handler would not see a grade held after it. */
  private lockSql(): string {
    return this.database.dialect.forUpdate('p, r, w') + this.database.dialect.forShare('x');
  }

  /**
   * Must run in the caller's transaction, after `lockSubmission`. If the grades of the exercise are held, the grade is only kept for the
   * release, and everything else stays as it is. @throws PreconditionFailed
   */
  async apply(before: GradableSubmission, grade: NewGrade): Promise<SubmissionWithEarnings> {
    const now = this.clock.now();
    if (before.areGradesHeld && before.status === 'pending') return this.hold(before, grade, now);
    const { id: submissionId, maxScore } = before;
    const { score, status, feedback, gradedById } = grade;
    const version = await this.update(before, grade, now);
    await this.recordChange(before, grade, now);
    const graded = { submissionId, version, status, score, maxScore, gradedById };
    const { result, earned } = await this.effects.apply(before, before, graded, { now, isLearnerActivity: false });
    const grading = toGrading(grade);
    return { ...before, ...result, score, status, feedback, grading, version, gradedById, gradedAt: now, earned };
  }

  /** The version moves on, so that two people who grade at the same time notice each other. */
  private async hold(before: GradableSubmission, grade: NewGrade, gradedAt: Date): Promise<SubmissionWithEarnings> {
    const { score, status, feedback, reason, gradedById } = grade;
    const held = { score, status, feedback, reason, gradedById, grading: toGrading(grade), gradedAt };
    await this.heldGrades.keep(before.id, held);
    const sql = 'UPDATE courses_exercisesubmission SET version = version + 1 WHERE id = $1 RETURNING version';
    const { version } = (await this.database.row({ version: int }, sql, [before.id]))!;
    return { ...before, version, isGradeHeld: true, earned: earnedNothing(before, gradedAt) };
  }

  private async update(before: GradableSubmission, grade: NewGrade, now: Date): Promise<number> {
    const { score, status, feedback, gradedById } = grade;
    const updated = await this.database.row(
      { version: int },
      `UPDATE courses_exercisesubmission SET score = $3, status = $4, feedback = $5, grading = $6, graded_by_id = $7,
         graded_at = $8, version = version + 1 WHERE id = $1 AND version = $2 RETURNING version`,
      [before.id, before.version, score, status, feedback, toGrading(grade), gradedById, now],
    );
    if (!updated)
      throw new PreconditionFailed(
        'Another request graded the submission at the same time. Read the new grade and try again.',
      );
    return updated.version;
  }

  private async recordChange(before: GradableSubmission, grade: NewGrade, now: Date): Promise<void> {
    await this.database.run(
      `INSERT INTO progress_gradechange (submission_id, score_before, score_after, status_before, status_after,
         changed_by_id, changed_at, reason, rubric_marks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        before.id,
        before.score,
        grade.score,
        before.status,
        grade.status,
        grade.gradedById,
        now,
        grade.reason,
        grade.rubricMarks ?? null,
      ],
    );
  }
}

const toGrading = ({ questions, rubricMarks }: NewGrade): ExerciseSubmission['grading'] =>
  rubricMarks ? { questions, rubricMarks } : { questions };
