import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { SubmissionGraded } from '../../progress';
import { Notifier } from '../notifier';

/**
 * Notifies the student of each grade that they have not seen in a response. A changed grade has a new version, so its key is new, too.
 * A grade that no person gave never speaks of the teacher.
 */
@Injectable()
@AfterCommit(SubmissionGraded)
export class NotifyWhenSubmissionGraded implements AfterCommitHandler<SubmissionGraded> {
  constructor(private readonly notifier: Notifier) {}

  async handle({ payload }: SubmissionGraded): Promise<void> {
    const { submissionId, version, studentId, status, gradedById, isOwnAct } = payload;
    if (isOwnAct) return;
    const isRequest = status === 'needs_revision' && gradedById !== null;
    const type = isRequest ? 'resubmission_requested' : 'exercise_graded';
    await this.notifier.notify([
      {
        userId: studentId,
        type,
        message: messageOf(payload),
        relatedObjectType: 'courses.exercisesubmission',
        relatedObjectId: submissionId,
        actionUrl: `/submissions/${submissionId}`,
        dedupeKey: `${type}:courses.exercisesubmission.${submissionId}:${version}`,
      },
    ]);
  }
}

function messageOf({ status, exerciseTitle, score, maxScore, gradedById }: SubmissionGraded['payload']): string {
  const points = score === null ? '' : ` You have ${score} of ${maxScore} points.`;
  if (gradedById === null) {
    const nextStep = status === 'needs_revision' ? ' You can try again.' : '';
    return `“${exerciseTitle}” is ${status === 'approved' ? 'passed' : 'not passed'}.${points}${nextStep}`;
  }
  if (status === 'needs_revision') return `Your teacher asks you to revise “${exerciseTitle}”.${points}`;
  const result = status === 'approved' ? 'approved' : 'not accepted';
  return `Your work for “${exerciseTitle}” was ${result}.${points}`;
}
