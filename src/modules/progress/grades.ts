import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { int, type Row } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { Forbidden } from '../../platform/errors/access.errors';
import { requireVersion } from '../../platform/http/etag';
import { PreconditionFailed } from '../../platform/http/http.errors';
import { Clock } from '../../platform/time/clock';
import { exerciseColumns, exerciseOf, exerciseShape } from './learner-exercises';
import { Outcomes } from './outcomes';
import type { SubmissionState } from './progress.lists';
import { submissionColumns, submissionShape, type SubmissionRow } from './submission-row';
import { requireValid } from './submissions';
import { SubmissionNotFound } from './submissions.errors';
import { mayOversee } from './teaching';

export interface Grade {
  score: number;
  status: Exclude<SubmissionState, 'pending'>;
  /** undefined: as it was. */
  feedback?: string | undefined;
}

export interface GradeDecision extends Grade {
  reason: string;
}

const shape = { ...exerciseShape, ...submissionShape };
type GradableSubmission = Row<typeof shape>;

/** Grades given by people: every change is a row that says who and why (rule 9). */
@Injectable()
export class Grades {
  constructor(
    private readonly database: Database,
    private readonly outcomes: Outcomes,
    private readonly clock: Clock,
  ) {}

  /**
   * Saving what stands already changes nothing and tells nobody (rule 16).
   * @throws SubmissionNotFound, Forbidden, PreconditionFailed, ValidationFailed
   */
  async give(actor: Actor, submissionId: number, version: number | null, decision: GradeDecision): Promise<SubmissionRow> {
    return this.database.transaction(async () => {
      const submission = await this.load(submissionId);
      requireGrader(actor, submission);
      requireVersion(version, submission.version);
      requireScore(decision.score, submission.maxScore);
      const feedback = decision.feedback ?? submission.feedback;
      const grade = { score: decision.score, status: decision.status, feedback };
      return isSame(submission, grade) ? submission : this.change(actor.id, submission, grade, decision.reason);
    });
  }

  private async load(submissionId: number): Promise<GradableSubmission> {
    const submission = await this.database.row(
      shape,
      `SELECT ${exerciseColumns('w.max_score')}, ${submissionColumns}
       FROM courses_exercisesubmission w ${exerciseOf('w')} WHERE w.id = $1${this.database.dialect.forUpdate('p, r, w')}`,
      [submissionId],
    );
    if (!submission) throw new SubmissionNotFound();
    return submission;
  }

  private async change(
    graderId: number,
    before: GradableSubmission,
    grade: Required<Grade>,
    reason: string,
  ): Promise<SubmissionRow> {
    const now = this.clock.now();
    const { id: submissionId, maxScore } = before;
    const version = await this.update(before, grade, graderId, now);
    await this.record(before, grade, { graderId, reason, now });
    const graded = { submissionId, version, ...grade, maxScore, gradedById: graderId };
    const standing = await this.outcomes.follow(before, before, graded, { now, isStep: false });
    return { ...before, ...grade, ...standing, version, gradedById: graderId, gradedAt: now };
  }

  private async update(before: GradableSubmission, grade: Required<Grade>, graderId: number, now: Date): Promise<number> {
    const updated = await this.database.row(
      { version: int },
      `UPDATE courses_exercisesubmission SET score = $3, status = $4, feedback = $5, graded_by_id = $6, graded_at = $7,
         version = version + 1 WHERE id = $1 AND version = $2 RETURNING version`,
      [before.id, before.version, grade.score, grade.status, grade.feedback, graderId, now],
    );
    if (!updated) throw new PreconditionFailed('Somebody else graded it at the same moment.');
    return updated.version;
  }
}

