import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../course-editing';
import { CourseContent } from '../course/course-content';
import { LessonOrder } from './lesson-order';
import type { LessonChanges, NewLesson } from './lesson.dto';
import { Lesson } from './lesson.entity';
import { LessonServing } from './lesson-readiness';

@Injectable()
export class Lessons {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly serving: LessonServing,
    private readonly order: LessonOrder,
    private readonly content: CourseContent,
    private readonly clock: Clock,
  ) {}

  /** @throws CourseNotFound, Forbidden, IsArchived, LimitReached; ValidationFailed for a published one with nothing to show */
  async create(actor: Actor, courseId: number, { order: place, ...lesson }: NewLesson): Promise<number> {
    return this.database.transaction(async () => {
      await this.authoring.course(actor, courseId);
      this.authoring.requireReward('lesson', lesson.teocoinReward);
      if (lesson.isPublished) refuse(this.serving.missingOfNew(lesson));
      const order = await this.order.end(courseId);
      const now = this.clock.now();
      const row = { ...lesson, courseId, order, createdAt: now, updatedAt: now };
      const inserted = await this.database.repository(Lesson).insert(row);
      const id = inserted.identifiers[0]?.id as number;
      if (place !== undefined && place < order) await this.order.move(courseId, id, place);
      await this.content.lessonMoved(courseId, null, { ...lesson, archivedAt: null });
      return id;
    });
  }

  /** @throws LessonNotFound, Forbidden, IsArchived, PreconditionFailed; ValidationFailed when nothing would be left to show */
  async change(actor: Actor, id: number, changes: LessonChanges, expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const before = await this.authoring.lesson(actor, id);
      requireVersion(expected, before.version);
      this.authoring.requireReward('lesson', changes.teocoinReward);
      if (Object.keys(changes).length === 0) return;
      const after = { ...before, ...changes };
      if (before.isPublished) refuse(await this.serving.missing(after));
      const { order: place, ...own } = changes;
      const next = { ...own, version: before.version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Lesson).update({ id }, next);
      if (place !== undefined && place !== before.order) await this.order.move(before.courseId, id, place);
      await this.content.lessonMoved(before.courseId, before, after);
    });
  }

  /** The order of all lessons at once. @throws CourseNotFound, Forbidden, IsArchived, ValidationFailed */
  async reorder(actor: Actor, courseId: number, lessonIds: number[]): Promise<void> {
    await this.database.transaction(async () => {
      await this.authoring.course(actor, courseId);
      await this.order.replace(courseId, lessonIds);
    });
  }
}

function refuse(missing: string | null): void {
  if (missing) throw new ValidationFailed([{ pointer: '/body/content', message: missing }]);
}
