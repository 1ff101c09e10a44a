import { Injectable } from '@nestjs/common';
import type { Row, Shape } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { Mails } from '../../../platform/mail/mails';
import { PersonalDataRegistry, rowsOfPerson, type PersonalColumns, type PersonalData } from '../../users';
import { CourseMessage } from '../course-messages/course-message.entity';
import { NotificationPreference } from '../preferences/preference.entity';
import { PushSubscription } from '../push/push-subscription.entity';
import { Notification, namingSql } from './notification.entity';
import { UnreadCounts } from './unread-counts';

const notification = columnsOf(Notification).without('userId', 'dedupeKey');
const preference = columnsOf(NotificationPreference).without('userId');
const browser = columnsOf(PushSubscription, ['name', 'createdAt']);
const courseMessage = columnsOf(CourseMessage).without('senderId');
const removed = columnsOf(Notification, ['userId', 'isRead']);

/** The id as text. SQLite takes a number for a fraction, so it is a whole number first. */
const idSql = 'CAST(CAST($1 AS bigint) AS varchar(20))';

/** The keys of notifications of other people that name the person. An index contains them. */
const namingKeysSql = `
  SELECT 'teacher_applied:users.user.' || ${idSql} || ':1'
  UNION ALL SELECT 'course_enrollment:courses.course.' || course_id || '.student.' || ${idSql} || ':1'
    FROM courses_courseenrollment WHERE student_id = $1
  UNION ALL SELECT 'submission_received:courses.exercisesubmission.' || id || ':1'
    FROM courses_exercisesubmission WHERE student_id = $1
  UNION ALL SELECT 'course_message:notifications.coursemessage.' || id || ':1'
    FROM notifications_coursemessage WHERE sender_id = $1`;

/** The transfers of the person, as their recipients were told about them. */
const transferKeysSql = `
  SELECT recipient_id, 'teocoin_transfer:' || operation_id || ':1'
  FROM rewards_teocointransaction WHERE user_id = $1 AND transaction_type = 'transfer_sent'`;

/** One statement for each index that finds them. */
const erasedSql = [
  'user_id = $1',
  `${namingSql} AND dedupe_key IN (${namingKeysSql})`,
  `(user_id, dedupe_key) IN (${transferKeysSql})`,
];

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
    const deleted: Row<typeof removed.shape>[] = [];
    for (const where of erasedSql) {
      const sql = `DELETE FROM notifications_notification WHERE ${where} RETURNING ${removed.columns()}`;
      deleted.push(...(await this.database.rows(removed.shape, sql, [personId])));
    }
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
