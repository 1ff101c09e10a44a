import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LessonNotServable } from '../courses.errors';
import type { LessonRow } from './lesson.rows';
import { needsExercises, describeMissing } from './lesson-requirements';

type LessonContent = Pick<LessonRow, 'lessonType' | 'content' | 'videoUrl'> & { materials: readonly unknown[] };

/** Checks that a lesson has the content or exercises that students need to complete it (rule 17). */
@Injectable()
export class LessonReadiness {
  constructor(private readonly database: Database) {}

  /** Like `findMissing`, for a lesson that is not stored yet and therefore has no exercises. */
  findMissingForNew = (lesson: LessonContent): string | null => describeMissing(lesson, 0);

  /** @returns a sentence that says what is missing, or null if nothing is */
  async findMissing(lesson: LessonContent & { id: number }): Promise<string | null> {
    const exerciseCount = needsExercises(lesson) ? await this.countExercises(lesson.id) : 0;
    return describeMissing(lesson, exerciseCount);
  }

  /** @throws LessonNotServable */
  async require(lesson: LessonContent & { id: number }): Promise<void> {
    const missing = await this.findMissing(lesson);
    if (missing) throw new LessonNotServable(missing);
  }

  private async countExercises(lessonId: number): Promise<number> {
    const exercises = await this.database.row(
      { count: int },
      'SELECT count(*) AS count FROM courses_exercise WHERE lesson_id = $1 AND archived_at IS NULL',
      [lessonId],
    );
    return exercises?.count ?? 0;
  }
}
