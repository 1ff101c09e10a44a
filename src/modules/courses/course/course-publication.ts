import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../course-editing';
import { Course } from './course.entity';
import { MandatoryLessonMissing } from '../courses.errors';
import { CoursePublished } from '../courses.events';

/** Published: in the catalogue, and open to enrolment. Asking for what is so already changes nothing. */
@Injectable()
export class CoursePublication {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * `published_at` is the first time: withdrawing and publishing again does not bring a course to the top of the catalogue.
   * @throws MandatoryLessonMissing
   */
  async publish(actor: Actor, id: number, expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.authoring.course(actor, id);
      requireVersion(expected, course.version);
      if (course.isPublished) return;
      await this.requireMandatoryLesson(id);
      const publishedAt = course.publishedAt ?? this.clock.now();
      await this.set(id, { isPublished: true, publishedAt }, course.version);
      await this.events.publish(new CoursePublished({ courseId: id, teacherId: course.teacherId }));
    });
  }

  /** Out of the catalogue; who is enrolled goes on. */
  async withdraw(actor: Actor, id: number, expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const course = await this.authoring.course(actor, id);
      requireVersion(expected, course.version);
      if (course.isPublished) await this.set(id, { isPublished: false }, course.version);
    });
  }

  private async set(id: number, change: Pick<Course, 'isPublished'> & Partial<Course>, version: number): Promise<void> {
    const next = { ...change, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Course).update({ id }, next);
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
