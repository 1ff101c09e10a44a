import { Injectable } from '@nestjs/common';
import { bool, int, nullable } from '../../../platform/database/columns';
import type { Loading } from '../../../platform/data/data-rules';
import { Database } from '../../../platform/database/database';
import { CourseClosed, CourseFull, CourseNotFound, CourseNotPublished } from '../courses.errors';
import { courseIsOpenSql } from './open-course';

/**
 * Takes and frees the seats of a course. One UPDATE checks and changes the count, so that two students never get the last
 * seat (rules 5 and 18).
 */
@Injectable()
export class Seats {
  constructor(private readonly database: Database) {}

  /**
   * Takes a seat inside the caller's transaction, which then holds the lock on the row of the course.
   * @throws CourseNotFound, CourseNotPublished, CourseClosed, CourseFull
   */
  async take(courseId: number): Promise<void> {
    const takenCount = await this.database.run(
      `UPDATE courses_course SET enrolled_count = enrolled_count + 1
       WHERE id = $1 AND ${courseIsOpenSql('courses_course')}
         AND (max_enrollments IS NULL OR enrolled_count < max_enrollments)`,
      [courseId],
    );
    if (takenCount === 0) throw await this.findRefusal(courseId);
  }

  /** Frees a seat inside the caller's transaction, which then holds the lock on the row of the course. */
  async free(courseId: number): Promise<void> {
    await this.database.run(
      'UPDATE courses_course SET enrolled_count = enrolled_count - 1 WHERE id = $1 AND enrolled_count > 0',
      [courseId],
    );
  }

  /**
   * Corrects the counts after an import.
   * @param countSql counts the enrolled students of a row of `courses_course`; the caller gives it because enrolments belong to
   * a higher module
   */
  async correctCounts(load: Loading, countSql: string): Promise<void> {
    await load.run(`UPDATE courses_course SET enrolled_count = ${countSql} WHERE enrolled_count <> ${countSql}`);
  }

  /** Returns CourseNotFound for a course that was never published, so that students do not learn about drafts. */
  private async findRefusal(courseId: number): Promise<Error> {
    const course = await this.database.row(
      { isOpen: bool, wasPublished: bool, maxEnrollments: nullable(int) },
      `SELECT ${courseIsOpenSql('courses_course')} AS "isOpen", published_at IS NOT NULL AS "wasPublished",
         max_enrollments AS "maxEnrollments"
       FROM courses_course WHERE id = $1`,
      [courseId],
    );
    if (!course?.wasPublished) return new CourseNotFound();
    if (!course.isOpen) return new CourseNotPublished();
    return course.maxEnrollments === 0 ? new CourseClosed() : new CourseFull();
  }
}
