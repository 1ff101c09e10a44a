import { Injectable } from '@nestjs/common';
import { bool, float, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';

const enrollmentShape = {
  id: int,
  courseId: int,
  enrolledAt: instant,
  progressPercentage: float,
  completed: bool,
  completionDate: nullable(instant),
  lastAccessed: instant,
};
const enrollmentColumns = `e.id, e.course_id AS "courseId", e.enrolled_at AS "enrolledAt",
  e.progress_percentage AS "progressPercentage", e.completed, e.completion_date AS "completionDate",
  e.last_accessed AS "lastAccessed"`;
const mineShape = { ...enrollmentShape, courseTitle: text };
const courseShape = { ...enrollmentShape, studentId: int, username: text, firstName: text, lastName: text };

export type EnrollmentOfStudent = Row<typeof mineShape>;
export type EnrollmentOfCourse = Row<typeof courseShape>;

export interface Slice {
  /** Rows after this id, descending; undefined for the first page. */
  before?: number | undefined;
  /** One more than the page shows. */
  count: number;
}

const largestId = Number.MAX_SAFE_INTEGER;

/** Enrolments that stand, newest first. */
@Injectable()
export class EnrollmentLists {
  constructor(private readonly database: Database) {}

  ofStudent(studentId: number, slice: Slice, completed?: boolean): Promise<EnrollmentOfStudent[]> {
    return this.database.rows(
      mineShape,
      `SELECT ${enrollmentColumns}, c.title AS "courseTitle"
       FROM courses_courseenrollment e JOIN courses_course c ON c.id = e.course_id
       WHERE e.student_id = $1 AND e.id < $2 AND e.left_at IS NULL ${only(completed)} ORDER BY e.id DESC LIMIT $3`,
      [studentId, slice.before ?? largestId, slice.count],
    );
  }

  ofCourse(courseId: number, slice: Slice): Promise<EnrollmentOfCourse[]> {
    return this.database.rows(
      courseShape,
      `SELECT ${enrollmentColumns}, u.id AS "studentId", u.username, u.first_name AS "firstName",
         u.last_name AS "lastName"
       FROM courses_courseenrollment e JOIN users_user u ON u.id = e.student_id
       WHERE e.course_id = $1 AND e.id < $2 AND e.left_at IS NULL ORDER BY e.id DESC LIMIT $3`,
      [courseId, slice.before ?? largestId, slice.count],
    );
  }

  async countOfStudent(studentId: number, completed?: boolean): Promise<number> {
    return this.count(`student_id = $1 ${only(completed)}`, studentId);
  }

  async countOfCourse(courseId: number): Promise<number> {
    return this.count('course_id = $1', courseId);
  }

  private async count(condition: string, id: number): Promise<number> {
    const sql = `SELECT count(*) AS total FROM courses_courseenrollment e WHERE left_at IS NULL AND ${condition}`;
    return (await this.database.row({ total: int }, sql, [id]))?.total ?? 0;
  }
}

const only = (completed: boolean | undefined): string =>
  completed === undefined ? '' : completed ? 'AND e.completed' : 'AND NOT e.completed';
