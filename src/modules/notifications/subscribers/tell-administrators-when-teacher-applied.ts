import { Injectable } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { TeacherApplied } from '../../users';
import { Notifier } from '../notifier';

/** Notifies all administrators of a person who asks to teach, because only they can approve a teacher. */
@Injectable()
@AfterCommit(TeacherApplied)
export class TellAdministratorsWhenTeacherApplied implements AfterCommitHandler<TeacherApplied> {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {}

  async handle({ payload: { teacherId } }: TeacherApplied): Promise<void> {
    const recipients = await this.database.rows(
      { administratorId: int, username: text },
      `SELECT a.id AS "administratorId", t.username FROM users_user t
       JOIN users_user a ON a.role = 'admin' AND a.is_active
       WHERE t.id = $1 AND t.is_active AND t.teacher_status = 'pending'`,
      [teacherId],
    );
    await this.notifier.notify(
      recipients.map(({ administratorId, username }) => ({
        userId: administratorId,
        type: 'teacher_applied',
        message: { text: 'applied', values: { username } },
        relatedObjectType: 'users.user',
        relatedObjectId: teacherId,
        actionUrl: '/teachers',
        dedupeKey: `teacher_applied:users.user.${teacherId}:1`,
      })),
    );
  }
}
