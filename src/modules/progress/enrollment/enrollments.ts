import { Injectable } from '@nestjs/common';
import { bool, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { CourseNotFound, courseIsOpenSql, Seats } from '../../courses';
import { AlreadyEnrolled, NotEnrolled, PrerequisitesMissing } from '../progress.errors';
import { StudentEnrolled } from '../progress.events';
import { AutomaticCourseCompletions } from './automatic-course-completions';
import { recountProgress } from './enrollment-progress';
import { Enrollment } from './enrollment.entity';

const enrollmentColumns = columnsOf(Enrollment).without('studentId', 'lastAccessed', 'leftAt');
const { shape } = enrollmentColumns;
const columns = enrollmentColumns.columns();
export type EnrollmentRow = Row<typeof shape>;

const courseShape = {
  title: text,
  teacherId: int,
  reward: int,
  enrollmentId: nullable(int),
  isActive: bool,
};
type CourseForStudent = Row<typeof courseShape>;

/**
 * Enrols students and lets them leave. One statement checks the number of seats and takes one, so that no course is overbooked
 * (rules 3, 5, 6).
 */
@Injectable()
export class Enrollments {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly seats: Seats,
    private readonly automaticCompletions: AutomaticCourseCompletions,
    private readonly clock: Clock,
  ) {}

  /**
   * Enrols the student. A student who left the course before continues with the progress they had.
   * @throws CourseNotFound, AlreadyEnrolled, PrerequisitesMissing, and the errors of `Seats.take`
   */
  async enroll(studentId: number, courseId: number): Promise<EnrollmentRow> {
    return this.database.transaction(async () => {
      const course = await this.getCourse(studentId, courseId);
      if (course.isActive) throw new AlreadyEnrolled();
      if (!course.enrollmentId) await this.requirePrerequisites(studentId, courseId);
      await this.seats.take(courseId);
      const enrollment = course.enrollmentId
        ? await this.reenroll(studentId, courseId, course)
        : await this.insert(studentId, courseId);
      const { title: courseTitle, teacherId } = course;
      await this.events.publish(new StudentEnrolled({ studentId, courseId, courseTitle, teacherId }));
      return enrollment;
    });
  }

  /** Ends the enrolment and frees the seat. The progress is kept. */
  async leave(studentId: number, courseId: number): Promise<void> {
    await this.database.transaction(async () => {
      // `seats.free` locks the course row first. A change of the content locks the course and its enrolments in the same order.
      await this.seats.free(courseId);
      const leftCount = await this.database.run(
        `UPDATE courses_courseenrollment SET left_at = $3
         WHERE student_id = $1 AND course_id = $2 AND left_at IS NULL`,
        [studentId, courseId, this.clock.now()],
      );
      if (leftCount === 0) throw new NotEnrolled();
      await this.addToEnrolledCount(studentId, -1);
    });
  }

  private async getCourse(studentId: number, courseId: number): Promise<CourseForStudent> {
    const course = await this.database.row(
      courseShape,
      `SELECT c.title, c.teacher_id AS "teacherId", c.teocoin_reward AS reward, e.id AS "enrollmentId",
         e.id IS NOT NULL AND e.left_at IS NULL AS "isActive"
       FROM courses_course c LEFT JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1
       WHERE c.id = $2 AND c.is_published AND c.archived_at IS NULL`,
      [studentId, courseId],
    );
    if (!course) throw new CourseNotFound();
    return course;
  }

  /**
   * Requires a completion of every prerequisite that is open. The other prerequisites are ignored, because nobody can complete
   * them.
   */
  private async requirePrerequisites(studentId: number, courseId: number): Promise<void> {
    const missingCourses = await this.database.rows(
      { courseId: int },
      `SELECT p.to_course_id AS "courseId" FROM courses_course_prerequisites p
       JOIN courses_course c ON c.id = p.to_course_id AND ${courseIsOpenSql('c')}
       LEFT JOIN courses_courseenrollment e ON e.course_id = p.to_course_id AND e.student_id = $1 AND e.completed
       WHERE p.from_course_id = $2 AND e.id IS NULL ORDER BY p.to_course_id`,
      [studentId, courseId],
    );
    if (missingCourses.length > 0) throw new PrerequisitesMissing(missingCourses.map(({ courseId: id }) => id));
  }

  private async insert(studentId: number, courseId: number): Promise<EnrollmentRow> {
    const enrollment = await this.database.row(
      shape,
      `INSERT INTO courses_courseenrollment (student_id, course_id, enrolled_at, last_accessed)
       VALUES ($1, $2, $3, $3) ON CONFLICT (student_id, course_id) DO NOTHING RETURNING ${columns}`,
      [studentId, courseId, this.clock.now()],
    );
    if (!enrollment) throw new AlreadyEnrolled();
    await this.addToEnrolledCount(studentId, 1);
    return enrollment;
  }

  private async reenroll(studentId: number, courseId: number, course: CourseForStudent): Promise<EnrollmentRow> {
    const now = this.clock.now();
    const reenrolled = await this.database.row(
      { wasCompleted: bool },
      `UPDATE courses_courseenrollment SET left_at = NULL, last_accessed = $3
       WHERE student_id = $1 AND course_id = $2 AND left_at IS NOT NULL RETURNING completed AS "wasCompleted"`,
      [studentId, courseId, now],
    );
    if (!reenrolled) throw new AlreadyEnrolled();
    const [progress] = await recountProgress(this.database, courseId, now, studentId);
    await this.addToEnrolledCount(studentId, 1);
    // The last missing lesson may have been removed while the student was not enrolled.
    if (progress?.completed && !reenrolled.wasCompleted)
      await this.automaticCompletions.complete({ ...course, id: courseId, isOpen: true }, [studentId]);
    const sql = `SELECT ${columns} FROM courses_courseenrollment WHERE student_id = $1 AND course_id = $2`;
    return (await this.database.row(shape, sql, [studentId, courseId])) as EnrollmentRow;
  }

  private async addToEnrolledCount(studentId: number, difference: 1 | -1): Promise<void> {
    await this.database.run(
      `UPDATE users_userprogress SET total_courses_enrolled = total_courses_enrolled + $2, updated_at = $3
       WHERE user_id = $1`,
      [studentId, difference, this.clock.now()],
    );
  }
}
