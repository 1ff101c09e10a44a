import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { LimitReached } from '../courses.errors';

export const maxLessons = 500;

/** Numbers the lessons of a course that are not archived, from 1, in teaching order. The caller must have locked the course. */
@Injectable()
export class LessonOrder {
  constructor(private readonly database: Database) {}

  /** @returns the position after the last lesson. @throws LimitReached */
  async nextPosition(courseId: number): Promise<number> {
    const lessons = await this.database.row(
      { count: int, last: int },
      `SELECT count(*) AS count, coalesce(max("order"), 0) AS last FROM courses_lesson
       WHERE course_id = $1 AND archived_at IS NULL`,
      [courseId],
    );
    if (lessons!.count >= maxLessons) throw new LimitReached(`A course can have at most ${maxLessons} lessons.`);
    return lessons!.last + 1;
  }

  /** Moves a lesson to a position, counted from 1, and shifts the other lessons. A position after the end means the last one. */
  async move(courseId: number, lessonId: number, position: number): Promise<void> {
    const lessonIds = await this.listLessonIds(courseId);
    const otherIds = lessonIds.filter((id) => id !== lessonId);
    await this.write(otherIds.toSpliced(position - 1, 0, lessonId));
  }

  /** @throws ValidationFailed unless `lessonIds` names each lesson of the course exactly once */
  async replace(courseId: number, lessonIds: number[]): Promise<void> {
    const existingIds = new Set(await this.listLessonIds(courseId));
    const wrongIds = lessonIds.filter((id, index) => !existingIds.has(id) || lessonIds.indexOf(id) < index);
    const errors = wrongIds.map((id) => ({
      pointer: `/body/lessonIds/${lessonIds.lastIndexOf(id)}`,
      message: existingIds.has(id) ? 'Must not be named twice' : 'The course has no such lesson',
      rule: 'all_lessons',
    }));
    const missingIds = [...existingIds].filter((id) => !lessonIds.includes(id));
    if (missingIds.length > 0)
      errors.push({
        pointer: '/body/lessonIds',
        message: `Must also name ${missingIds.join(', ')}`,
        rule: 'all_lessons',
      });
    if (errors.length > 0) throw new ValidationFailed(errors);
    await this.write(lessonIds);
  }

  private async listLessonIds(courseId: number): Promise<number[]> {
    const rows = await this.database.rows(
      { id: int },
      'SELECT id FROM courses_lesson WHERE course_id = $1 AND archived_at IS NULL ORDER BY "order", id',
      [courseId],
    );
    return rows.map(({ id }) => id);
  }

  private async write(lessonIds: number[]): Promise<void> {
    if (lessonIds.length === 0) return;
    const valuesSql = tuplesSql(lessonIds.length, 2, ['bigint', 'int']);
    await this.database.run(
      `UPDATE courses_lesson SET "order" = v.column2
       FROM (VALUES ${valuesSql}) AS v
       WHERE courses_lesson.id = v.column1 AND courses_lesson."order" <> v.column2`,
      lessonIds.flatMap((id, index) => [id, index + 1]),
    );
  }
}
