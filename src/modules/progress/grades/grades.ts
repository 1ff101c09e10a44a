import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { GradeChanges, type GradableSubmission, type NewGrade } from './grade-changes';
import type { SubmissionRow } from '../submissions/submission-row';
import { requireValid } from '../submissions/submissions';
import { requireGrader } from '../submissions/submissions.policy';

export interface Decision extends Pick<NewGrade, 'score' | 'status' | 'reason'> {
  /** undefined: the feedback does not change. */
  feedback?: string | undefined;
}

/** Grades given by people. */
@Injectable()
export class Grades {
  constructor(
    private readonly database: Database,
    private readonly changes: GradeChanges,
  ) {}

  /**
   * A decision that equals the present grade changes nothing and notifies nobody (rule 16).
   * @throws SubmissionNotFound, Forbidden, PreconditionFailed, ValidationFailed
   */
  async give(actor: Actor, submissionId: number, version: number | null, decision: Decision): Promise<SubmissionRow> {
    return this.database.transaction(async () => {
      const submission = await this.changes.lockSubmission(submissionId);
      requireGrader(actor, submission);
      requireVersion(version, submission.version);
      requireScoreWithinMax(decision, submission);
      if (isUnchanged(decision, submission)) return submission;
      const { feedback = submission.feedback, ...grade } = decision;
      const { questions = [] } = submission.grading;
      return this.changes.apply(submission, { ...grade, feedback, questions, gradedById: actor.id });
    });
  }
}

function requireScoreWithinMax({ score }: Decision, { maxScore }: GradableSubmission): void {
  requireValid(score > maxScore ? [{ pointer: '/body/score', message: `Must be at most ${maxScore}` }] : []);
}

function isUnchanged({ score, status, feedback }: Decision, before: GradableSubmission): boolean {
  const isSameFeedback = feedback === undefined || feedback === before.feedback;
  return score === before.score && status === before.status && isSameFeedback;
}
