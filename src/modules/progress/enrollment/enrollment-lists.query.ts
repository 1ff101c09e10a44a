import { Injectable } from '@nestjs/common';
import { int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { nextLessonIdSql } from '../own-state/next-lesson-sql';
import { studentColumns, studentShape } from '../learner/student.dto';
import { Enrollment } from './enrollment.entity';

const enrollment = columnsOf(Enrollment).without('studentId', 'leftAt');
const enrollmentColumns = enrollment.columns('e');
const ofStudentShape = {
  ...enrollment.shape,
  courseTitle: text,
  courseThumbnail: text,
  nextLessonId: nullable(int),
  nextLessonTitle: nullable(text),
};
const ofCourseShape = { ...enrollment.shape, ...studentShape };

const ofStudentSql = `SELECT ${enrollmentColumns}, c.title AS "courseTitle", c.thumbnail AS "courseThumbnail",
         n.id AS "nextLessonId", n.title AS "nextLessonTitle"
       FROM courses_courseenrollment e JOIN courses_course c ON c.id = e.course_id
       LEFT JOIN courses_lesson n ON n.id = ${nextLessonIdSql}`;

export type EnrollmentOfStudent = Row<typeof ofStudentShape>;
export type EnrollmentOfCourse = Row<typeof ofCourseShape>;

export interface Slice {
  /** The page has only rows with smaller ids, because rows are in descending order of id. Undefined for the first page. */
  before?: number | undefined;
  /** The number of rows to read. It is one more than the page shows, so that the reader knows whether another page follows. */
  count: number;
}

const maxId = Number.MAX_SAFE_INTEGER;

/** Lists the enrolments of students who have not left the course, newest first. */
@Injectable()
export class EnrollmentLists {
  constructor(private readonly database: Database) {}

  listOfStudent(
    studentId: number,
    slice: Slice,
    isCompleted?: boolean,
    courseId?: number,
  ): Promise<EnrollmentOfStudent[]> {
    const values = [studentId, slice.before ?? maxId, slice.count];
    const courseSql = courseId === undefined ? '' : `AND e.course_id = $${values.push(courseId)}`;
    return this.database.rows(
      ofStudentShape,
      `${ofStudentSql}
       WHERE e.student_id = $1 AND e.id < $2 AND e.left_at IS NULL ${completedSql(isCompleted)} ${courseSql}
       ORDER BY e.id DESC LIMIT $3`,
      values,
    );
  }

  /** Returns an enrolment of the student, unless they have left the course. */
  findOfStudent(studentId: number, enrollmentId: number): Promise<EnrollmentOfStudent | undefined> {
    return this.database.row(
      ofStudentShape,
      `${ofStudentSql}
       WHERE e.id = $1 AND e.student_id = $2 AND e.left_at IS NULL`,
      [enrollmentId, studentId],
    );
  }

  listOfCourse(courseId: number, slice: Slice): Promise<EnrollmentOfCourse[]> {
    return this.database.rows(
      ofCourseShape,
      `SELECT ${enrollmentColumns}, ${studentColumns}
       FROM courses_courseenrollment e JOIN users_user u ON u.id = e.student_id
       WHERE e.course_id = $1 AND e.id < $2 AND e.left_at IS NULL ORDER BY e.id DESC LIMIT $3`,
      [courseId, slice.before ?? maxId, slice.count],
    );
  }

  async countOfStudent(studentId: number, isCompleted?: boolean, courseId?: number): Promise<number> {
    if (courseId === undefined) return this.count(`student_id = $1 ${completedSql(isCompleted)}`, studentId);
    return this.count(`student_id = $1 ${completedSql(isCompleted)} AND course_id = $2`, studentId, courseId);
  }

  async countOfCourse(courseId: number): Promise<number> {
    return this.count('course_id = $1', courseId);
  }

  private async count(conditionSql: string, ...ids: number[]): Promise<number> {
    const sql = `SELECT count(*) AS total FROM courses_courseenrollment e WHERE left_at IS NULL AND ${conditionSql}`;
    const counted = await this.database.row({ total: int }, sql, ids);
    return counted?.total ?? 0;
  }
}

function completedSql(isCompleted: boolean | undefined): string {
  if (isCompleted === undefined) return '';
  return isCompleted ? 'AND e.completed' : 'AND NOT e.completed';
}
