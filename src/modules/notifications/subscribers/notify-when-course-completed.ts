import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { CourseCompleted } from '../../progress';
import { Notifier } from '../notifier';

@Injectable()
@AfterCommit(CourseCompleted)
export class NotifyWhenCourseCompleted implements AfterCommitHandler<CourseCompleted> {
  constructor(private readonly notifier: Notifier) {}

  async handle({ payload: { studentId, courseId, courseTitle } }: CourseCompleted): Promise<void> {
    await this.notifier.notify([
      {
        userId: studentId,
        type: 'course_completed',
        message: `You have completed “${courseTitle}”.`,
        relatedObjectType: 'courses.course',
        relatedObjectId: courseId,
        actionUrl: `/courses/${courseId}`,
        dedupeKey: `course_completed:courses.course.${courseId}:1`,
      },
    ]);
  }
}
