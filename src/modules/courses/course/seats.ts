import { Injectable } from '@nestjs/common';
import { bool, int, nullable } from '../../../platform/database/columns';
import type { Loading } from '../../../platform/data/data-rules';
import { Database } from '../../../platform/database/database';
import { CourseClosed, CourseFull, CourseNotFound, CourseNotPublished } from '../courses.errors';
import { courseIsOpen } from './open-course';

/** The seats of a course, counted by the statement that moves them: no two students get the last one (rules 5 and 18). */
@Injectable()
export class Seats {
  constructor(private readonly database: Database) {}

  /**
   * Takes a seat inside the caller's transaction, and with it the course's row.
   * @throws CourseNotFound, CourseNotPublished, CourseClosed, CourseFull
   */
  async take(courseId: number): Promise<void> {
    const taken = await this.database.run(
      `UPDATE courses_course SET enrolled_count = enrolled_count + 1
       WHERE id = $1 AND ${courseIsOpen('courses_course')}
         AND (max_enrollments IS NULL OR enrolled_count < max_enrollments)`,
      [courseId],
    );
    if (taken === 0) throw await this.reason(courseId);
  }

  /** Frees a seat inside the caller's transaction, and takes the course's row with it. */
  async free(courseId: number): Promise<void> {
    await this.database.run(
      'UPDATE courses_course SET enrolled_count = enrolled_count - 1 WHERE id = $1 AND enrolled_count > 0',
      [courseId],
    );
  }

  /**
   * Corrects the counts after an import. `countSql` is the number of enrolled students of one `courses_course`: enrolments belong
   * to a module above, which knows them.
   */
  async correctCounts(load: Loading, countSql: string): Promise<void> {
    await load.run(`UPDATE courses_course SET enrolled_count = ${countSql} WHERE enrolled_count <> ${countSql}`);
  }

  /** A draft is not told from what does not exist; a course that was open once is. */
  private async reason(courseId: number): Promise<Error> {
    const course = await this.database.row(
      { open: bool, wasOpen: bool, maxEnrollments: nullable(int) },
      `SELECT ${courseIsOpen('courses_course')} AS open, published_at IS NOT NULL AS "wasOpen",
         max_enrollments AS "maxEnrollments"
       FROM courses_course WHERE id = $1`,
      [courseId],
    );
    if (!course?.wasOpen) return new CourseNotFound();
    if (!course.open) return new CourseNotPublished();
    return course.maxEnrollments === 0 ? new CourseClosed() : new CourseFull();
  }
}
