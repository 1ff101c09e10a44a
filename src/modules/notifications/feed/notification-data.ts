import { Injectable } from '@nestjs/common';
import type { Shape } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { Mails } from '../../../platform/mail/mails';
import { PersonalDataRegistry, rowsOfPerson, type PersonalColumns, type PersonalData } from '../../users';
import { CourseMessage } from '../course-messages/course-message.entity';
import { NotificationPreference } from '../preferences/preference.entity';
import { PushSubscription } from '../push/push-subscription.entity';
import { Notification } from './notification.entity';
import { UnreadCounts } from './unread-counts';

const notification = columnsOf(Notification).without('userId', 'dedupeKey');
const preference = columnsOf(NotificationPreference).without('userId');
const browser = columnsOf(PushSubscription, ['name', 'createdAt']);
const courseMessage = columnsOf(CourseMessage).without('senderId');
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

/** Mails with the texts of notifications. */
const mailTemplates = ['notifications.notice', 'notifications.digest', 'notifications.alert'];

/** What Notifications holds of a person. */
@Injectable()
export class NotificationData implements PersonalData {
  readonly name = 'notifications';
  readonly tables = {
    notifications_notification: 'deleted, also those of other people that name the person',
    notifications_delivery: 'deleted with the notification',
    notifications_preference: 'deleted',
    notifications_pushsubscription: 'deleted',
    notifications_webhookendpoint: 'kept: endpoints of the school, without the person who created them',
    notifications_unreadcount: 'kept: 0',
    notifications_coursemessage: 'kept: messages of a course, without the sender',
    notifications_announcement: 'kept: announcements of the school',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
    private readonly unreadCounts: UnreadCounts,
    private readonly mails: Mails,
  ) {
    registry.register(this);
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    const rowsIn = <S extends Shape>(columns: PersonalColumns<S>) =>
      rowsOfPerson(this.database, columns, 'user_id', personId);
    return {
      notifications: await rowsIn(notification),
      notificationPreferences: await rowsIn(preference),
      pushSubscriptions: await rowsIn(browser),
      courseMessages: await rowsOfPerson(this.database, courseMessage, 'sender_id', personId),
    };
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
    await this.mails.forgetSent([...new Set(deleted.map(({ userId }) => userId))], mailTemplates);
    for (const table of ['notifications_preference', 'notifications_pushsubscription'])
      await this.database.run(`DELETE FROM ${table} WHERE user_id = $1`, [personId]);
    await this.database.run('UPDATE notifications_webhookendpoint SET created_by_id = NULL WHERE created_by_id = $1', [
      personId,
    ]);
    await this.database.run('UPDATE notifications_coursemessage SET sender_id = NULL WHERE sender_id = $1', [personId]);
  }
}
