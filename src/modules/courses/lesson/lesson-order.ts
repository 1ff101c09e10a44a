import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { LimitReached } from '../courses.errors';

export const maxLessons = 500;

/** The teaching order of the lessons of a course that are not archived: 1, 2, 3 … The caller has locked the course. */
@Injectable()
export class LessonOrder {
  constructor(private readonly database: Database) {}

  /** @returns the place after the last lesson. @throws LimitReached */
  async nextPlace(courseId: number): Promise<number> {
    const found = await this.database.row(
      { count: int, last: int },
      `SELECT count(*) AS count, coalesce(max("order"), 0) AS last FROM courses_lesson
       WHERE course_id = $1 AND archived_at IS NULL`,
      [courseId],
    );
    if (found!.count >= maxLessons) throw new LimitReached(`A course can have at most ${maxLessons} lessons.`);
    return found!.last + 1;
  }

  /** Moves a lesson to a place, counted from 1, and shifts the others. A place after the end means the last place. */
  async move(courseId: number, lessonId: number, place: number): Promise<void> {
    const others = (await this.listLessonIds(courseId)).filter((id) => id !== lessonId);
    await this.write(others.toSpliced(place - 1, 0, lessonId));
  }

  /** @throws ValidationFailed unless `lessonIds` names each lesson of the course exactly once */
  async replace(courseId: number, lessonIds: number[]): Promise<void> {
    const existing = new Set(await this.listLessonIds(courseId));
    const wrongIds = lessonIds.filter((id, index) => !existing.has(id) || lessonIds.indexOf(id) < index);
    const errors = wrongIds.map((id) => ({
      pointer: `/body/lessonIds/${lessonIds.lastIndexOf(id)}`,
      message: existing.has(id) ? 'Must not be named twice' : 'The course has no such lesson',
    }));
    const missing = [...existing].filter((id) => !lessonIds.includes(id));
    if (missing.length > 0)
      errors.push({ pointer: '/body/lessonIds', message: `Must also name ${missing.join(', ')}` });
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
    await this.database.run(
      `UPDATE courses_lesson SET "order" = v.column2
       FROM (VALUES ${tuplesSql(lessonIds.length, 2, ['bigint', 'int'])}) AS v
       WHERE courses_lesson.id = v.column1 AND courses_lesson."order" <> v.column2`,
      lessonIds.flatMap((id, index) => [id, index + 1]),
    );
  }
}
