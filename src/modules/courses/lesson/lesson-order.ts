import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuples } from '../../../platform/database/insert-rows';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { LimitReached } from '../courses.errors';

export const maxLessons = 500;

/** The teaching order of a course's lessons: 1, 2, 3 … of those that are not archived. The caller holds the course. */
@Injectable()
export class LessonOrder {
  constructor(private readonly database: Database) {}

  /** The place after the last lesson. @throws LimitReached */
  async end(courseId: number): Promise<number> {
    const found = await this.database.row(
      { count: int, last: int },
      `SELECT count(*) AS count, coalesce(max("order"), 0) AS last FROM courses_lesson
       WHERE course_id = $1 AND archived_at IS NULL`,
      [courseId],
    );
    if (found!.count >= maxLessons) throw new LimitReached(`A course holds at most ${maxLessons} lessons.`);
    return found!.last + 1;
  }

  /** Puts one lesson at a place, counted from 1; past the end it is the last. The others make room. */
  async move(courseId: number, lessonId: number, place: number): Promise<void> {
    const others = (await this.lessons(courseId)).filter((id) => id !== lessonId);
    await this.write([...others.slice(0, place - 1), lessonId, ...others.slice(place - 1)]);
  }

  /** @throws ValidationFailed unless `lessonIds` names each lesson of the course exactly once */
  async replace(courseId: number, lessonIds: number[]): Promise<void> {
    const lessons = new Set(await this.lessons(courseId));
    const strangers = lessonIds.filter((id, at) => !lessons.has(id) || lessonIds.indexOf(id) < at);
    const errors = strangers.map((id) => ({
      pointer: `/body/lessonIds/${lessonIds.lastIndexOf(id)}`,
      message: lessons.has(id) ? 'Must not be named twice' : 'The course has no such lesson',
    }));
    const missing = [...lessons].filter((id) => !lessonIds.includes(id));
    if (missing.length > 0)
      errors.push({ pointer: '/body/lessonIds', message: `Must name also ${missing.join(', ')}` });
    if (errors.length > 0) throw new ValidationFailed(errors);
    await this.write(lessonIds);
  }

  private async lessons(courseId: number): Promise<number[]> {
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
       FROM (VALUES ${tuples(lessonIds.length, 2, ['bigint', 'int'])}) AS v
       WHERE courses_lesson.id = v.column1 AND courses_lesson."order" <> v.column2`,
      lessonIds.flatMap((id, at) => [id, at + 1]),
    );
  }
}
