import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { CourseContent } from '../course/course-content';
import { LessonOrder } from './lesson-order';
import { Lesson } from './lesson.entity';
import type { LessonRow } from './lesson.rows';
import { Deletion, type Removal } from '../deletion';

/** Removes a lesson: it is deleted if no learner data refers to it, and archived otherwise (rule 4). */
@Injectable()
export class LessonArchive {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly deletion: Deletion,
    private readonly order: LessonOrder,
    private readonly content: CourseContent,
    private readonly clock: Clock,
  ) {}

  async remove(actor: Actor, id: number): Promise<Removal> {
    return this.database.transaction(async () => {
      const lesson = await this.editing.lockLesson(actor, id, { isArchivedAllowed: true });
      const isDeleted = await this.deletion.deleteUnlessUsed('existForLesson', id);
      const archivedAt = lesson.archivedAt ?? this.clock.now();
      if (!isDeleted && !lesson.archivedAt) await this.update(lesson, { archivedAt });
      const after = isDeleted ? null : { ...lesson, archivedAt };
      await this.content.afterLessonChange(lesson.courseId, lesson, after);
      return { status: isDeleted ? 'deleted' : 'archived' };
    });
  }

  /** The lesson becomes the last of its course. It is published if it was published when it was archived. @throws LimitReached */
  async restore(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async () => {
      const lesson = await this.editing.lockLesson(actor, id, { isArchivedAllowed: true });
      if (!lesson.archivedAt) return;
      const restored = { archivedAt: null, order: await this.order.nextPosition(lesson.courseId) };
      await this.update(lesson, restored);
      await this.content.afterLessonChange(lesson.courseId, lesson, { ...lesson, ...restored });
    });
  }

  private async update({ id, version }: LessonRow, changes: Partial<Lesson>): Promise<void> {
    const changedColumns = { ...changes, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Lesson).update({ id }, changedColumns);
  }
}
