import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../course-editing';
import { CourseContent } from '../course/course-content';
import { Lesson } from './lesson.entity';
import { LessonServing } from './lesson-readiness';

/** Published: shown to students, and counted when it is mandatory. Asking for what is so already changes nothing. */
@Injectable()
export class LessonPublication {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly serving: LessonServing,
    private readonly content: CourseContent,
    private readonly clock: Clock,
  ) {}

  /** Withdrawing takes it out of the count; completions and coins stay (rule 4). @throws LessonNotServable */
  async set(actor: Actor, id: number, isPublished: boolean, expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const lesson = await this.authoring.lesson(actor, id);
      requireVersion(expected, lesson.version);
      if (lesson.isPublished === isPublished) return;
      if (isPublished) await this.serving.require(lesson);
      const next = { isPublished, version: lesson.version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Lesson).update({ id }, next);
      await this.content.lessonMoved(lesson.courseId, lesson, { ...lesson, isPublished });
    });
  }
}
