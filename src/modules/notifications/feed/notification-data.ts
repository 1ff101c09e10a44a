import { Injectable } from '@nestjs/common';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { PersonalDataRegistry, rowsOfPerson, type PersonalData } from '../../users';
import { Notification } from './notification.entity';
import { UnreadCounts } from './unread-counts';

const notification = columnsOf(Notification).without('userId', 'dedupeKey');
const removed = columnsOf(Notification, ['userId', 'isRead']);

/** The id as text. SQLite takes a number for a fraction, so it is a whole number first. */
const idSql = 'CAST(CAST($1 AS bigint) AS varchar(20))';

/** Notifications of other people that name the person. */
const namingSql = `
  dedupe_key LIKE 'course_enrollment:courses.course.%.student.' || ${idSql} || ':1'
  OR dedupe_key = 'teacher_applied:users.user.' || ${idSql} || ':1'
  OR dedupe_key IN (SELECT 'submission_received:courses.exercisesubmission.' || s.id || ':1'
    FROM courses_exercisesubmission s WHERE s.student_id = $1)
  OR dedupe_key IN (SELECT 'teocoin_transfer:' || t.operation_id || ':1'
    FROM rewards_teocointransaction t WHERE t.user_id = $1 AND t.transaction_type = 'transfer_sent')
  OR dedupe_key IN (SELECT 'course_message:notifications.coursemessage.' || m.id || ':1'
    FROM notifications_coursemessage m WHERE m.sender_id = $1)`;

/** What Notifications holds of a person. */
@Injectable()
export class NotificationData implements PersonalData {
  readonly name = 'notifications';
  readonly tables = {
    notifications_notification: 'deleted, also those of other people that name the person',
    notifications_unreadcount: 'kept: 0',
    notifications_coursemessage: 'kept: messages of a course, without the sender',
    notifications_announcement: 'kept: announcements of the school',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
    private readonly unreadCounts: UnreadCounts,
  ) {
    registry.register(this);
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    return { notifications: await rowsOfPerson(this.database, notification, 'user_id', personId) };
  }

  async erase(personId: number): Promise<void> {
    const deleted = await this.database.rows(
      removed.shape,
      `DELETE FROM notifications_notification WHERE user_id = $1 OR ${namingSql}
       RETURNING ${removed.columns()}`,
      [personId],
    );
    const unread = deleted.filter(({ isRead }) => !isRead).map(({ userId }) => userId);
    await this.unreadCounts.addForEach(unread, -1);
    await this.database.run('UPDATE notifications_coursemessage SET sender_id = NULL WHERE sender_id = $1', [personId]);
  }
}
