import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { PreconditionFailed } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import type { QuestionGrade } from './quiz-grading';
import { exerciseColumns, exerciseOf, exerciseShape } from '../submissions/learner-exercises';
import { Outcomes } from '../submissions/submission-effects';
import type { SubmissionState } from '../progress.lists';
import { submissionColumns, submissionShape, type SubmissionRow } from '../submissions/submission-row';
import { SubmissionNotFound } from '../submissions/submissions.errors';

const shape = { ...exerciseShape, ...submissionShape };
/** A submission with its exercise and its learner; holds the answer key. */
export type GradableSubmission = Row<typeof shape>;

export interface NewGrade {
  score: number;
  status: Exclude<SubmissionState, 'pending'>;
  feedback: string;
  questions: QuestionGrade[];
  /** null: a machine. */
  gradedById: number | null;
  reason: string;
}

/** Grades that replace what stood: each change is a row with before, after, who, when, why (rule 9). */
@Injectable()
export class GradedSubmissions {
  constructor(
    private readonly database: Database,
    private readonly outcomes: Outcomes,
    private readonly clock: Clock,
  ) {}

  /** Takes the learner's totals, their result and the submission until the end. @throws SubmissionNotFound */
  async load(submissionId: number): Promise<GradableSubmission> {
    const submission = await this.database.row(
      shape,
      `SELECT ${exerciseColumns('w.max_score')}, ${submissionColumns}
       FROM courses_exercisesubmission w ${exerciseOf('w')} WHERE w.id = $1${this.database.dialect.forUpdate('p, r, w')}`,
      [submissionId],
    );
    if (!submission) throw new SubmissionNotFound();
    return submission;
  }

  /** Inside the caller's transaction. @throws PreconditionFailed */
  async regrade(before: GradableSubmission, grade: NewGrade): Promise<SubmissionRow> {
    const now = this.clock.now();
    const { id: submissionId, maxScore } = before;
    const { score, status, feedback, gradedById, questions } = grade;
    const version = await this.update(before, grade, now);
    await this.record(before, grade, now);
    const graded = { submissionId, version, status, score, maxScore, gradedById };
    const standing = await this.outcomes.follow(before, before, graded, { now, isStep: false });
    const grading = { questions };
    return { ...before, ...standing, ...{ score, status, feedback, grading, version, gradedById, gradedAt: now } };
  }

  private async update(before: GradableSubmission, grade: NewGrade, now: Date): Promise<number> {
    const { score, status, feedback, questions, gradedById } = grade;
    const updated = await this.database.row(
      { version: int },
      `UPDATE courses_exercisesubmission SET score = $3, status = $4, feedback = $5, grading = $6, graded_by_id = $7,
         graded_at = $8, version = version + 1 WHERE id = $1 AND version = $2 RETURNING version`,
      [before.id, before.version, score, status, feedback, { questions }, gradedById, now],
    );
    if (!updated) throw new PreconditionFailed('Somebody graded it at the same moment.');
    return updated.version;
  }

  private async record(before: GradableSubmission, grade: NewGrade, now: Date): Promise<void> {
    await this.database.run(
      `INSERT INTO progress_gradechange (submission_id, score_before, score_after, status_before, status_after,
         changed_by_id, changed_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[before.id, before.score, grade.score, before.status, grade.status],
        ...[grade.gradedById, now, grade.reason],
      ],
    );
  }
}
