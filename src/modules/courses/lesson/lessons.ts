import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { CourseEditing } from '../course-editing';
import { CourseContent } from '../course/course-content';
import { LessonOrder } from './lesson-order';
import type { LessonChanges, NewLesson } from './lesson.dto';
import { LessonReadiness } from './lesson-readiness';
import { LessonWriter } from './lesson-writer';

@Injectable()
export class Lessons {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly readiness: LessonReadiness,
    private readonly order: LessonOrder,
    private readonly content: CourseContent,
    private readonly writer: LessonWriter,
  ) {}

  /** @throws CourseNotFound, Forbidden, IsArchived, LimitReached, FileNotUsable; ValidationFailed for a published lesson without content */
  async create(actor: Actor, courseId: number, { order: position, ...lesson }: NewLesson): Promise<number> {
    return this.database.transaction(async () => {
      await this.editing.lockCourse(actor, courseId);
      this.editing.requireReward('lesson', lesson.teocoinReward);
      if (lesson.isPublished) requireNothingMissing(this.readiness.findMissingForNew(lesson));
      const order = await this.order.nextPosition(courseId);
      const id = await this.writer.insert(actor, { ...lesson, courseId, order });
      if (position !== undefined && position < order) await this.order.move(courseId, id, position);
      await this.content.afterLessonChange(courseId, null, { ...lesson, archivedAt: null });
      return id;
    });
  }

  /** @throws LessonNotFound, Forbidden, IsArchived, PreconditionFailed, FileNotUsable; ValidationFailed if a published lesson loses its content */
  async change(actor: Actor, id: number, changes: LessonChanges, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const before = await this.editing.lockLesson(actor, id);
      requireVersion(expectedVersion, before.version);
      this.editing.requireReward('lesson', changes.teocoinReward);
      if (Object.keys(changes).length === 0) return;
      const kept = this.editing.withKeptVideo(before, changes);
      const after = { ...before, ...kept };
      if (before.isPublished) requireNothingMissing(await this.readiness.findMissing(after));
      const { order: position, ...otherChanges } = kept;
      await this.writer.update(actor, before, otherChanges);
      if (position !== undefined && position !== before.order) await this.order.move(before.courseId, id, position);
      await this.content.afterLessonChange(before.courseId, before, after);
    });
  }

  /** Sets the order of all lessons of a course. @throws CourseNotFound, Forbidden, IsArchived, ValidationFailed */
  async reorder(actor: Actor, courseId: number, lessonIds: number[]): Promise<void> {
    await this.database.transaction(async () => {
      await this.editing.lockCourse(actor, courseId);
      await this.order.replace(courseId, lessonIds);
    });
  }
}

function requireNothingMissing(missing: string | null): void {
  if (missing) throw new ValidationFailed([{ pointer: '/body/content', message: missing, rule: 'servable_content' }]);
}
