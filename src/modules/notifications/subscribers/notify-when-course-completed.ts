import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { CourseCompleted } from '../../progress';
import { Notifier } from '../notifier';

/** Notifies of a course that a teacher's change completed. Learners who complete it themselves know it from the response. */
@Injectable()
@AfterCommit(CourseCompleted)
export class NotifyWhenCourseCompleted implements AfterCommitHandler<CourseCompleted> {
  constructor(private readonly notifier: Notifier) {}

  async handle({ payload: { studentId, courseId, courseTitle, isOwnAct } }: CourseCompleted): Promise<void> {
    if (isOwnAct) return;
    await this.notifier.notify([
      {
        userId: studentId,
        type: 'course_completed',
        message: { text: 'completed', values: { courseTitle } },
        relatedObjectType: 'courses.course',
        relatedObjectId: courseId,
        actionUrl: `/courses/${courseId}`,
        dedupeKey: `course_completed:courses.course.${courseId}:1`,
      },
    ]);
  }
}
