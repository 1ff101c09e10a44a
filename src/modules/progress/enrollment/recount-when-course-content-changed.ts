import { Injectable } from '@nestjs/common';
import { bool, int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { InTransactionHandler } from '../../../platform/events/domain-event';
import { InTransaction } from '../../../platform/events/handlers';
import { Clock } from '../../../platform/time/clock';
import { CourseContentChanged, courseIsOpenSql } from '../../courses';
import { AutomaticCourseCompletions } from './automatic-course-completions';
import { recountProgress } from './enrollment-progress';

const courseShape = { id: int, title: text, teacherId: int, reward: int, isOpen: bool };

/**
 * Recounts the progress of a course in the transaction that changes its content. A student who now misses no lesson completes the
 * course, once (rules 1 and 2).
 */
@Injectable()
@InTransaction(CourseContentChanged)
export class RecountWhenCourseContentChanged implements InTransactionHandler<CourseContentChanged> {
  constructor(
    private readonly database: Database,
    private readonly automaticCompletions: AutomaticCourseCompletions,
    private readonly clock: Clock,
  ) {}

  async handle(changes: CourseContentChanged[]): Promise<void> {
    const courseIds = [...new Set(changes.map((change) => change.payload.courseId))].sort((one, other) => one - other);
    for (const courseId of courseIds) await this.recountCourse(courseId);
  }

  private async recountCourse(courseId: number): Promise<void> {
    const completedBefore = await this.lockEnrollments(courseId);
    const changed = await recountProgress(this.database, courseId, this.clock.now());
    const completed = changed.filter((one) => one.completed && !completedBefore.has(one.studentId));
    if (completed.length === 0) return;
    const course = await this.database.row(
      courseShape,
      `SELECT c.id, c.title, c.teacher_id AS "teacherId", c.teocoin_reward AS reward, ${courseIsOpenSql('c')} AS "isOpen"
       FROM courses_course c WHERE c.id = $1`,
      [courseId],
    );
    const students = completed.map((one) => one.studentId);
    if (course) await this.automaticCompletions.complete(course, students);
  }

  /** Locks every enrolment of the course. @returns the students who had already completed it */
  private async lockEnrollments(courseId: number): Promise<Set<number>> {
    const rows = await this.database.rows(
      { studentId: int, completed: bool },
      `SELECT student_id AS "studentId", completed FROM courses_courseenrollment
       WHERE course_id = $1 ORDER BY id${this.database.dialect.forUpdate()}`,
      [courseId],
    );
    return new Set(rows.filter((row) => row.completed).map((row) => row.studentId));
  }
}
