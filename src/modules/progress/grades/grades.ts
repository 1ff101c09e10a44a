import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { GradeChanges, type GradableSubmission, type NewGrade } from './grade-changes';
import { Clock } from '../../../platform/time/clock';
import { earnedNothing } from '../learner/earned';
import type { SubmissionWithEarnings } from '../submissions/submission-row';
import { requireValid } from '../submissions/submissions';
import { requireGrader } from '../submissions/submissions.policy';

/** A grade that a person gives. */
export interface ManualGrade extends Pick<NewGrade, 'score' | 'status' | 'reason'> {
  /** If undefined, the feedback does not change. */
  feedback?: string | undefined;
}

/** Saves the grades that people give. */
@Injectable()
export class Grades {
  constructor(
    private readonly database: Database,
    private readonly changes: GradeChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * A new grade that equals the present grade changes nothing, and the student is not notified (rule 16).
   * @throws SubmissionNotFound, Forbidden, PreconditionFailed, ValidationFailed
   */
  async give(
    actor: Actor,
    submissionId: number,
    version: number | null,
    newGrade: ManualGrade,
  ): Promise<SubmissionWithEarnings> {
    return this.database.transaction(async () => {
      const submission = await this.changes.lockSubmission(submissionId);
      requireGrader(actor, submission);
      requireVersion(version, submission.version);
      requireScoreWithinMax(newGrade, submission);
      if (isUnchanged(newGrade, submission))
        return { ...submission, earned: earnedNothing(submission, this.clock.now()) };
      const feedback = newGrade.feedback ?? submission.feedback;
      const questions = submission.grading.questions ?? [];
      return this.changes.apply(submission, { ...newGrade, feedback, questions, gradedById: actor.id });
    });
  }
}

function requireScoreWithinMax({ score }: ManualGrade, { maxScore }: GradableSubmission): void {
  requireValid(
    score > maxScore ? [{ pointer: '/body/score', message: `Must be at most ${maxScore}`, rule: 'max_score' }] : [],
  );
}

function isUnchanged({ score, status, feedback }: ManualGrade, before: GradableSubmission): boolean {
  const isSameFeedback = feedback === undefined || feedback === before.feedback;
  return score === before.score && status === before.status && isSameFeedback;
}
