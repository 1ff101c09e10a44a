import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { StudentEnrolled, SubmissionReceived } from '../../progress';
import { Notifier, type News } from '../notifier';

/** What a teacher hears of their students, by name: somebody enrolled, somebody handed in work. */
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
    // Removed since: their enrolment and their work went with them.
    if (!student) return;
    const news = event instanceof StudentEnrolled ? enrolled(event) : handedIn(event);
    const message = `${student.username} ${news.message}`;
    await this.notifier.notify([{ ...news, userId: teacherId, message }]);
  }
}

type AboutStudent = Omit<News, 'userId'>;

/** Leaving and coming back is no news: one notification for each student and course. */
function enrolled({ payload: { studentId, courseId, courseTitle } }: StudentEnrolled): AboutStudent {
  return {
    type: 'course_enrollment',
    message: `has enrolled in “${courseTitle}”.`,
    relatedObjectType: 'courses.course',
    relatedObjectId: courseId,
    actionUrl: `/courses/${courseId}`,
    dedupeKey: `course_enrollment:courses.course.${courseId}.student.${studentId}:1`,
  };
}

function handedIn({ payload: { submissionId, exerciseTitle } }: SubmissionReceived): AboutStudent {
  return {
    type: 'submission_received',
    message: `has handed in work for “${exerciseTitle}”.`,
    relatedObjectType: 'courses.exercisesubmission',
    relatedObjectId: submissionId,
    actionUrl: `/submissions/${submissionId}`,
    dedupeKey: `submission_received:courses.exercisesubmission.${submissionId}:1`,
  };
}
