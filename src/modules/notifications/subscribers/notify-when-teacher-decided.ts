import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { TeacherApproved, TeacherRejected } from '../../users';
import { Notifier, type News } from '../notifier';

/** Each decision about a teacher is news, also when a later one comes to the same. */
@Injectable()
@AfterCommit(TeacherApproved, TeacherRejected)
export class NotifyWhenTeacherDecided implements AfterCommitHandler<TeacherApproved | TeacherRejected> {
  constructor(private readonly notifier: Notifier) {}

  async handle(event: TeacherApproved | TeacherRejected): Promise<void> {
    const { teacherId, decisionId } = event.payload;
    const text = event instanceof TeacherApproved ? approved : refused(event);
    await this.notifier.notify([
      {
        userId: teacherId,
        ...text,
        relatedObjectType: 'users.teacherapproval',
        relatedObjectId: decisionId,
        dedupeKey: `${text.type}:users.teacherapproval.${decisionId}:1`,
      },
    ]);
  }
}

type Text = Pick<News, 'type' | 'message'>;

const approved: Text = {
  type: 'teacher_approved',
  message: 'An administrator has approved you: you can publish courses.',
};

/** Declined, or suspended after an approval: to the teacher it comes to the same. */
function refused({ payload: { reason } }: TeacherRejected): Text {
  const decision = 'An administrator has decided that you cannot teach here for now.';
  return { type: 'teacher_rejected', message: reason ? `${decision} The reason: ${reason}` : decision };
}
