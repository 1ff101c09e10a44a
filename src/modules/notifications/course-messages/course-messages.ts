import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../../platform/audit/audit-log';
import type { Actor } from '../../../platform/auth/actor';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { RetryTransaction } from '../../../platform/database/retry-transaction';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Clock } from '../../../platform/time/clock';
import { nextUtcDay, utcDayOf } from '../../../platform/time/utc-day';
import { z } from 'zod';
import { CourseNotFound } from '../../courses';
import { Broadcasts } from '../broadcasts';
import { CourseMessageLimitReached, CourseMessageNotFound } from '../notifications.errors';
import { courseMessage, type CourseMessageRow } from './course-message.rows';
import {
  showCourseMessage,
  type CourseMessageQuery,
  type CourseMessageResponse,
  type NewCourseMessage,
  type WithdrawnCourseMessage,
} from './course-messages.dto';

/** More would flood the students, who cannot leave out a course's messages. */
export const maxMessagesPerDay = 3;

const dedupeKeyOf = (id: number): string => `course_message:notifications.coursemessage.${id}:1`;

const newestFirst = keyset('course-messages', [z.int()]);

/** Sends messages of a teacher to all students of a course. A message is stored once, with a notification for each student. */
@Injectable()
export class CourseMessages {
  constructor(
    private readonly database: Database,
    private readonly broadcasts: Broadcasts,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Notifies everybody who is enrolled now, except the sender. The number of statements does not depend on the number of students.
   * @throws CourseNotFound, Forbidden, CourseMessageLimitReached
   */
  async send(actor: Actor, courseId: number, newMessage: NewCourseMessage): Promise<CourseMessageResponse> {
    return this.database.transaction(async () => {
      const { courseTitle, senderName } = await this.requireSender(actor, courseId);
      const message = await this.insert(actor.id, courseId, newMessage);
      const recipients = await this.broadcasts.send(
        {
          type: 'course_message',
          title: newMessage.title,
          message: `${newMessage.message}\n\n${senderName}, “${courseTitle}”`,
          relatedObjectType: 'courses.course',
          relatedObjectId: courseId,
          actionUrl: `/courses/${courseId}`,
          dedupeKey: dedupeKeyOf(message.id),
          createdAt: message.createdAt,
        },
        enrolledStudentsSql,
        [courseId, actor.id],
      );
      const sql = 'UPDATE notifications_coursemessage SET recipients = $2 WHERE id = $1';
      await this.database.run(sql, [message.id, recipients]);
      return showCourseMessage({ ...message, recipients });
    });
  }

  /** How many students a message would notify now. @throws CourseNotFound, Forbidden */
  async countRecipients(actor: Actor, courseId: number): Promise<number> {
    await this.requireSender(actor, courseId);
    const sql = `SELECT count(*) AS total FROM (${enrolledStudentsSql}) s`;
    return (await this.database.row({ total: int }, sql, [courseId, actor.id]))!.total;
  }

  /**
   * Removes a message from the students who have not read it. A repeated request removes what an interrupted one left.
   * @throws CourseNotFound, Forbidden, CourseMessageNotFound
   */
  async withdraw(actor: Actor, courseId: number, id: number): Promise<WithdrawnCourseMessage> {
    const message = await this.database.transaction(async () => {
      await this.requireSender(actor, courseId);
      const sql = `UPDATE notifications_coursemessage SET withdrawn_at = COALESCE(withdrawn_at, $3)
        WHERE id = $1 AND course_id = $2 RETURNING ${courseMessage.columns()}`;
      const withdrawn = await this.database.row(courseMessage.shape, sql, [id, courseId, this.clock.now()]);
      if (!withdrawn) throw new CourseMessageNotFound();
      this.auditLog.record({ action: 'notifications.course-message-withdrawn', object: ['courses', courseId] });
      return withdrawn;
    });
    const removed = await this.broadcasts.withdraw({ createdAt: message.createdAt, dedupeKey: dedupeKeyOf(id) });
    return { ...showCourseMessage(message), removed };
  }

  /** Lists the messages of a course, newest first. @throws CourseNotFound, Forbidden */
  async list(
    actor: Actor,
    courseId: number,
    { cursor, limit, withTotal }: CourseMessageQuery,
  ): Promise<Page<CourseMessageResponse>> {
    await this.requireSender(actor, courseId);
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const rows = await this.database.rows(
      courseMessage.shape,
      `SELECT ${courseMessage.columns()} FROM notifications_coursemessage
       WHERE course_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
      [courseId, beforeId, limit + 1],
    );
    const total = withTotal ? await this.count(courseId) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), showCourseMessage, total);
  }

  /** Only the teacher of the course, once approved, and administrators write to its students. */
  private async requireSender(actor: Actor, courseId: number): Promise<{ courseTitle: string; senderName: string }> {
    const course = await this.database.row(
      { teacherId: int, courseTitle: text, senderName: text },
      `SELECT c.teacher_id AS "teacherId", c.title AS "courseTitle", u.username AS "senderName"
       FROM courses_course c JOIN users_user u ON u.id = $2 WHERE c.id = $1`,
      [courseId, actor.id],
    );
    if (!course) throw new CourseNotFound();
    const isTeacher = actor.id === course.teacherId && actor.isApproved;
    if (actor.role !== 'admin' && !isTeacher)
      throw new Forbidden('Only the teacher of the course and administrators may write to its students.');
    return course;
  }

  /**
   * Inserts the next message of the day. If a concurrent request takes the same number, the unique key refuses the second row, and the
   * whole transaction runs again.
   */
  private async insert(senderId: number, courseId: number, newMessage: NewCourseMessage): Promise<CourseMessageRow> {
    const now = this.clock.now();
    const { title, message } = newMessage;
    const inserted = await this.database
      .row(
        courseMessage.shape,
        `INSERT INTO notifications_coursemessage (course_id, sender_id, day, number, title, message, created_at)
         SELECT $1, $2, CAST($3 AS ${this.database.dialect.dateType}), COALESCE(max(number), 0) + 1, $4, $5, $6
         FROM notifications_coursemessage WHERE course_id = $1 AND day = CAST($3 AS ${this.database.dialect.dateType})
         HAVING COALESCE(max(number), 0) < ${maxMessagesPerDay}
         RETURNING ${courseMessage.columns()}`,
        [courseId, senderId, utcDayOf(now), title, message, now],
      )
      .catch((error: unknown) => this.retryAfterDuplicate(error));
    if (!inserted) throw new CourseMessageLimitReached(maxMessagesPerDay, secondsToNextDay(now));
    return inserted;
  }

  private retryAfterDuplicate(error: unknown): never {
    const constraint = this.database.dialect.uniqueViolation(error) ?? '';
    throw constraint.includes('coursemessage_number') ? new RetryTransaction(error) : error;
  }

  private async count(courseId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM notifications_coursemessage WHERE course_id = $1';
    return (await this.database.row({ total: int }, sql, [courseId]))?.total ?? 0;
  }
}

/** $1 is the course and $2 the sender, who is not told what they wrote (rule 28). */
const enrolledStudentsSql = `SELECT e.student_id FROM courses_courseenrollment e JOIN users_user u ON u.id = e.student_id
  WHERE e.course_id = $1 AND e.left_at IS NULL AND u.is_active AND e.student_id <> $2`;

const secondsToNextDay = (now: Date): number => Math.ceil((nextUtcDay(now).getTime() - now.getTime()) / 1_000);
