import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import type { FieldError } from '../../../platform/errors/domain-error';
import { requireVersion } from '../../../platform/http/etag';
import { GradeChanges, type GradableSubmission, type NewGrade } from './grade-changes';
import { FrequentComments } from '../comments/frequent-comments';
import { checkMarks, scoreOfMarks, toMarks, type ChosenLevel } from './rubric-grading';
import { Clock } from '../../../platform/time/clock';
import { earnedNothing } from '../learner/earned';
import type { SubmissionWithEarnings } from '../submissions/submission-row';
import { requireValid } from '../submissions/submissions';
import { requireGrader } from '../submissions/submissions.policy';

/** A grade that a person gives: a score, or levels of the rubric from which the score follows. */
export interface ManualGrade extends Pick<NewGrade, 'status' | 'reason'> {
  score?: number | undefined;
  rubricMarks?: ChosenLevel[] | undefined;
  frequentCommentIds?: readonly number[] | undefined;
  /** If undefined, the feedback does not change. */
  feedback?: string | undefined;
}

/** Saves the grades that people give. */
@Injectable()
export class Grades {
  constructor(
    private readonly database: Database,
    private readonly changes: GradeChanges,
    private readonly comments: FrequentComments,
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
    decision: ManualGrade,
  ): Promise<SubmissionWithEarnings> {
    return this.database.transaction(async () => {
      const submission = await this.changes.lockSubmission(submissionId);
      requireGrader(actor, submission);
      requireVersion(version, submission.version);
      const { status, reason, feedback } = decision;
      const newGrade = { status, reason, feedback, ...scoreOf(decision, submission) };
      if (isUnchanged(newGrade, submission))
        return { ...submission, earned: earnedNothing(submission, this.clock.now()) };
      await this.comments.countUse(actor.id, decision.frequentCommentIds ?? []);
      const kept = {
        feedback: feedback ?? submission.feedback,
        questions: submission.grading.questions ?? [],
        gradedById: actor.id,
      };
      return this.changes.apply(submission, { ...newGrade, ...kept });
    });
  }
}

type Score = Pick<NewGrade, 'score' | 'rubricMarks'>;

/** @throws ValidationFailed */
function scoreOf({ score, rubricMarks, reason }: ManualGrade, submission: GradableSubmission): Score {
  const { rubric, maxScore } = submission;
  if (rubricMarks) {
    requireValid(checkMarks(rubric, rubricMarks));
    const marks = toMarks(rubric!, rubricMarks);
    return { score: scoreOfMarks(marks, maxScore), rubricMarks: marks };
  }
  requireValid(checkScore(score!, maxScore, rubric !== null && reason === ''));
  return { score: score!, rubricMarks: undefined };
}

function checkScore(score: number, maxScore: number, lacksReason: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (score > maxScore)
    errors.push({ pointer: '/body/score', message: `Must be at most ${maxScore}`, rule: 'max_score' });
  if (lacksReason)
    errors.push({
      pointer: '/body/reason',
      message: 'Must say why the grade does not follow from the rubric of the exercise',
      rule: 'reason_required',
    });
  return errors;
}

function isUnchanged(grade: Score & Pick<ManualGrade, 'status' | 'feedback'>, before: GradableSubmission): boolean {
  const { score, status, feedback, rubricMarks } = grade;
  const isSameFeedback = feedback === undefined || feedback === before.feedback;
  const isSameRubric = isDeepStrictEqual(rubricMarks, before.grading.rubricMarks);
  return score === before.score && status === before.status && isSameFeedback && isSameRubric;
}
