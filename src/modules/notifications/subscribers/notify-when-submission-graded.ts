import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { SubmissionGraded } from '../../progress';
import { Notifier } from '../notifier';
import type { LocalMessage } from '../types/notification-types';

/**
 * Notifies the student of each grade that they have not seen in a response. A changed grade has a new version, so its key is new, too.
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

/** A grade that no person gave does not speak of the teacher. */
const messageOf = ({
  status,
  exerciseTitle,
  score,
  maxScore,
  gradedById,
}: SubmissionGraded['payload']): LocalMessage => ({
  text: gradedById === null ? 'byMachine' : 'byTeacher',
  values: { exerciseTitle, status, hasScore: score === null ? 'no' : 'yes', score: score ?? 0, maxScore },
});
