import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { Course } from './course.entity';
import { MandatoryLessonMissing } from '../courses.errors';
import { CoursePublished } from '../courses.events';

/** Publishes and withdraws courses. A published course is in the catalogue and open to enrolment. */
@Injectable()
export class CoursePublication {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Does nothing if the course is published already. `published_at` keeps the time of the first publication, so that a
   * course that is withdrawn and published again does not move to the top of the catalogue.
   * @throws MandatoryLessonMissing
   */
  async publish(actor: Actor, id: number, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.editing.lockCourse(actor, id);
      requireVersion(expectedVersion, course.version);
      if (course.isPublished) return;
      await this.requireMandatoryLesson(id);
      const publishedAt = course.publishedAt ?? this.clock.now();
      await this.update(id, { isPublished: true, publishedAt }, course.version);
      await this.events.publish(new CoursePublished({ courseId: id, teacherId: course.teacherId }));
    });
  }

  /** Takes the course out of the catalogue; enrolled students keep their access. Does nothing for a draft. */
  async withdraw(actor: Actor, id: number, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.editing.lockCourse(actor, id);
      requireVersion(expectedVersion, course.version);
      if (course.isPublished) await this.update(id, { isPublished: false }, course.version);
    });
  }

  private async update(id: number, publication: Partial<Course>, version: number): Promise<void> {
    const changes = { ...publication, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Course).update({ id }, changes);
  }

  private async requireMandatoryLesson(courseId: number): Promise<void> {
    const lesson = await this.database.row(
      { id: int },
      `SELECT id FROM courses_lesson
       WHERE course_id = $1 AND is_published AND is_mandatory AND archived_at IS NULL LIMIT 1`,
      [courseId],
    );
    if (!lesson) throw new MandatoryLessonMissing();
  }
}
