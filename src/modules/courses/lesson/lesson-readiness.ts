import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LessonNotServable } from '../courses.errors';
import type { LessonRow } from './lesson.rows';
import { needsExercises, whatIsMissing } from './lesson-requirements';

type Teaching = Pick<LessonRow, 'lessonType' | 'content' | 'videoUrl' | 'materials'>;

/** Whether a lesson has what students need of it (rule 17), exercises included. */
@Injectable()
export class LessonServing {
  constructor(private readonly database: Database) {}

  missingOfNew = (lesson: Teaching): string | null => whatIsMissing(lesson, 0);

  /** What is missing, in words; null when nothing. */
  async missing(lesson: Teaching & { id: number }): Promise<string | null> {
    return whatIsMissing(lesson, needsExercises(lesson) ? await this.exercises(lesson.id) : 0);
  }

  /** @throws LessonNotServable */
  async require(lesson: Teaching & { id: number }): Promise<void> {
    const missing = await this.missing(lesson);
    if (missing) throw new LessonNotServable(missing);
  }

  private async exercises(lessonId: number): Promise<number> {
    const found = await this.database.row(
      { count: int },
      'SELECT count(*) AS count FROM courses_exercise WHERE lesson_id = $1 AND archived_at IS NULL',
      [lessonId],
    );
    return found?.count ?? 0;
  }
}
