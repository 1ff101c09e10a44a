import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../platform/events/domain-event';
import { AfterCommit } from '../../platform/events/handlers';
import { TeacherApproved, TeacherRejected } from '../users';
import { Notifier } from './notifier';

/** Each decision about a teacher is news, also when a later one comes to the same. */
@Injectable()
@AfterCommit(TeacherApproved, TeacherRejected)
export class NotifyWhenTeacherDecided implements AfterCommitHandler<TeacherApproved | TeacherRejected> {
  constructor(private readonly notifier: Notifier) {}

  async handle(event: TeacherApproved | TeacherRejected): Promise<void> {
    const { teacherId, decisionId } = event.payload;
    const approved = event instanceof TeacherApproved;
    const type = approved ? 'teacher_approved' : 'teacher_rejected';
    await this.notifier.notify([
      {
        userId: teacherId,
        type,
        message: approved ? 'An administrator has approved you: you can publish courses.' : declined(event),
        relatedObjectType: 'users.teacherapproval',
        relatedObjectId: decisionId,
        dedupeKey: `${type}:users.teacherapproval.${decisionId}:1`,
      },
    ]);
  }
}

function declined({ payload: { reason } }: TeacherRejected): string {
  return reason ? `The reason: ${reason}` : 'An administrator has declined your application.';
}
