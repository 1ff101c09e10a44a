import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { CourseContent } from '../course/course-content';
import { Lesson } from './lesson.entity';
import { LessonReadiness } from './lesson-readiness';

/** Publishes and withdraws lessons. Students see published lessons, and must complete those that are mandatory. */
@Injectable()
export class LessonPublication {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly readiness: LessonReadiness,
    private readonly content: CourseContent,
    private readonly clock: Clock,
  ) {}

  /**
   * Does nothing if the lesson has this state already. A withdrawn lesson no longer counts for progress; completions and
   * coins stay (rule 4).
   * @throws LessonNotServable
   */
  async setPublished(actor: Actor, id: number, isPublished: boolean, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const lesson = await this.editing.lockLesson(actor, id);
      requireVersion(expectedVersion, lesson.version);
      if (lesson.isPublished === isPublished) return;
      if (isPublished) await this.readiness.require(lesson);
      const changes = { isPublished, version: lesson.version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Lesson).update({ id }, changes);
      await this.content.afterLessonChange(lesson.courseId, lesson, { ...lesson, isPublished });
    });
  }
}
