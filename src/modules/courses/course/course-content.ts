import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Files } from '../../../platform/files/files';
import { Clock } from '../../../platform/time/clock';
import { CourseContentChanged } from '../courses.events';
import { detachOldVideo } from '../video/video-files';

/** The state of a lesson before or after a change; null if the lesson does not exist. */
export type LessonState = {
  id?: number;
  videoUrl: string;
  isPublished: boolean;
  isMandatory: boolean;
  archivedAt: Date | null;
} | null;

const isVisible = (lesson: LessonState): boolean => lesson !== null && lesson.isPublished && lesson.archivedAt === null;
const isRequired = (lesson: LessonState): boolean => isVisible(lesson) && lesson?.isMandatory === true;

/** Updates the data that depends on the lessons of a course, in the transaction that changes the lessons. */
@Injectable()
export class CourseContent {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
    private readonly files: Files,
  ) {}

  /** Must be called after every change of a lesson. The caller has locked the course (course-editing.ts). */
  async afterLessonChange(courseId: number, before: LessonState, after: LessonState): Promise<void> {
    await detachOldVideo(this.files, before, after);
    if (isVisible(before) !== isVisible(after)) await this.recountLessons(courseId);
    if (isRequired(before) !== isRequired(after)) await this.events.publish(new CourseContentChanged({ courseId }));
  }

  async storeVideo(lessonId: number, videoUrl: string): Promise<void> {
    const sql = 'UPDATE courses_lesson SET video_url = $2, updated_at = $3, version = version + 1 WHERE id = $1';
    await this.database.run(sql, [lessonId, videoUrl, this.clock.now()]);
  }

  private async recountLessons(courseId: number): Promise<void> {
    await this.database.run(
      `UPDATE courses_course SET updated_at = $2, lesson_count =
         (SELECT count(*) FROM courses_lesson l WHERE l.course_id = $1 AND l.is_published AND l.archived_at IS NULL)
       WHERE id = $1`,
      [courseId, this.clock.now()],
    );
  }
}
