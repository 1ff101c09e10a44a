import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { TeacherApproved, TeacherRejected } from '../../users';
import { Notifier, type NewNotification } from '../notifier';

/** Notifies the teacher of each decision, even if a later decision has the same result. */
@Injectable()
@AfterCommit(TeacherApproved, TeacherRejected)
export class NotifyWhenTeacherDecided implements AfterCommitHandler<TeacherApproved | TeacherRejected> {
  constructor(private readonly notifier: Notifier) {}

  async handle(event: TeacherApproved | TeacherRejected): Promise<void> {
    const { teacherId, decisionId } = event.payload;
    const decision = event instanceof TeacherApproved ? approval : toRefusal(event);
    await this.notifier.notify([
      {
        userId: teacherId,
        ...decision,
        relatedObjectType: 'users.teacherapproval',
        relatedObjectId: decisionId,
        dedupeKey: `${decision.type}:users.teacherapproval.${decisionId}:1`,
      },
    ]);
  }
}

type DecisionText = Pick<NewNotification, 'type' | 'message'>;

const approval: DecisionText = { type: 'teacher_approved', message: { text: 'approved' } };

const toRefusal = ({ payload: { reason } }: TeacherRejected): DecisionText => ({
  type: 'teacher_rejected',
  message: { text: 'refused', values: { reason, hasReason: reason ? 'yes' : 'no' } },
});
