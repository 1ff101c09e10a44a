import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { StudentEnrolled, SubmissionReceived } from '../../progress';
import { Notifier, type NewNotification } from '../notifier';

/** Notifies a teacher when a student enrols in their course or hands in work. The message names the student. */
@Injectable()
@AfterCommit(StudentEnrolled, SubmissionReceived)
export class TellTeacherWhenStudentActs implements AfterCommitHandler<StudentEnrolled | SubmissionReceived> {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {}

  async handle(event: StudentEnrolled | SubmissionReceived): Promise<void> {
    const { studentId, teacherId } = event.payload;
    if (studentId === teacherId) return;
    const sql = 'SELECT username FROM users_user WHERE id = $1';
    const student = await this.database.row({ username: text }, sql, [studentId]);
    // A student who was removed after the event has no enrolment and no work any more.
    if (!student) return;
    const { username } = student;
    const notification =
      event instanceof StudentEnrolled ? toEnrolment(event, username) : toSubmission(event, username);
    await this.notifier.notify([{ ...notification, userId: teacherId }]);
  }
}

type StudentAction = Omit<NewNotification, 'userId'>;

/** Notifies once for each student and course, even if the student leaves and returns. */
function toEnrolment(
  { payload: { studentId, courseId, courseTitle } }: StudentEnrolled,
  username: string,
): StudentAction {
  return {
    type: 'course_enrollment',
    message: { text: 'enrolled', values: { username, courseTitle } },
    relatedObjectType: 'courses.course',
    relatedObjectId: courseId,
    actionUrl: `/courses/${courseId}`,
    dedupeKey: `course_enrollment:courses.course.${courseId}.student.${studentId}:1`,
  };
}

function toSubmission(
  { payload: { submissionId, exerciseTitle } }: SubmissionReceived,
  username: string,
): StudentAction {
  return {
    type: 'submission_received',
    message: { text: 'received', values: { username, exerciseTitle } },
    relatedObjectType: 'courses.exercisesubmission',
    relatedObjectId: submissionId,
    actionUrl: `/submissions/${submissionId}`,
    dedupeKey: `submission_received:courses.exercisesubmission.${submissionId}:1`,
  };
}
