import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { GradedSubmissions, type GradableSubmission, type NewGrade } from './grade-changes';
import type { SubmissionRow } from '../submissions/submission-row';
import { requireValid } from '../submissions/submissions';
import { requireGrader } from '../submissions/submissions.policy';

export interface Decision extends Pick<NewGrade, 'score' | 'status' | 'reason'> {
  /** undefined: as it was. */
  feedback?: string | undefined;
}

/** Grades given by people. */
@Injectable()
export class Grades {
  constructor(
    private readonly database: Database,
    private readonly submissions: GradedSubmissions,
  ) {}

  /**
   * Saving what stands already changes nothing and tells nobody (rule 16).
   * @throws SubmissionNotFound, Forbidden, PreconditionFailed, ValidationFailed
   */
  async give(actor: Actor, submissionId: number, version: number | null, decision: Decision): Promise<SubmissionRow> {
    return this.database.transaction(async () => {
      const submission = await this.submissions.load(submissionId);
      requireGrader(actor, submission);
      requireVersion(version, submission.version);
      requireScore(decision, submission);
      if (isAsItWas(decision, submission)) return submission;
      const { feedback = submission.feedback, ...grade } = decision;
      const { questions = [] } = submission.grading;
      return this.submissions.regrade(submission, { ...grade, feedback, questions, gradedById: actor.id });
    });
  }
}

function requireScore({ score }: Decision, { maxScore }: GradableSubmission): void {
  requireValid(score > maxScore ? [{ pointer: '/body/score', message: `Must be at most ${maxScore}` }] : []);
}

function isAsItWas({ score, status, feedback }: Decision, before: GradableSubmission): boolean {
  const feedbackStays = feedback === undefined || feedback === before.feedback;
  return score === before.score && status === before.status && feedbackStays;
}
