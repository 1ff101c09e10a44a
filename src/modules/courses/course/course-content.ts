import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { CourseContentChanged } from '../courses.events';

/** Where a lesson stands; null where there is none. */
export type LessonState = { isPublished: boolean; isMandatory: boolean; archivedAt: Date | null } | null;

const isServed = (lesson: LessonState): boolean => lesson !== null && lesson.isPublished && lesson.archivedAt === null;
const isRequired = (lesson: LessonState): boolean => isServed(lesson) && lesson?.isMandatory === true;

/** Keeps what hangs on the lessons of a course in step with them, in the transaction that changes them. */
@Injectable()
export class CourseContent {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** After a lesson went from one state to another. The caller holds the course (authoring.ts). */
  async lessonMoved(courseId: number, before: LessonState, after: LessonState): Promise<void> {
    if (isServed(before) !== isServed(after)) await this.recount(courseId);
    if (isRequired(before) !== isRequired(after)) await this.events.publish(new CourseContentChanged({ courseId }));
  }

  private async recount(courseId: number): Promise<void> {
    await this.database.run(
      `UPDATE courses_course SET updated_at = $2, lesson_count =
         (SELECT count(*) FROM courses_lesson l WHERE l.course_id = $1 AND l.is_published AND l.archived_at IS NULL)
       WHERE id = $1`,
      [courseId, this.clock.now()],
    );
  }
}
