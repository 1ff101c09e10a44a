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
 * Recounts the progress of all students of a course in the transaction that changes its content. A student who has now completed all
 * lessons completes the course, but only once (rules 1 and 2).
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
    const courseIds = new Set(changes.map((change) => change.payload.courseId));
    const ascendingIds = [...courseIds].sort((firstId, secondId) => firstId - secondId);
    for (const courseId of ascendingIds) await this.recountCourse(courseId);
  }

  private async recountCourse(courseId: number): Promise<void> {
    const earlierCompleterIds = await this.lockEnrollments(courseId);
    const changed = await recountProgress(this.database, courseId, this.clock.now());
    const newlyCompleted = changed.filter(
      ({ studentId, completed }) => completed && !earlierCompleterIds.has(studentId),
    );
    if (newlyCompleted.length === 0) return;
    const course = await this.database.row(
      courseShape,
      `SELECT c.id, c.title, c.teacher_id AS "teacherId", c.teocoin_reward AS reward, ${courseIsOpenSql('c')} AS "isOpen"
       FROM courses_course c WHERE c.id = $1`,
      [courseId],
    );
    const studentIds = newlyCompleted.map(({ studentId }) => studentId);
    if (course) await this.automaticCompletions.complete(course, studentIds);
  }

  /** Locks every enrolment of the course. @returns the ids of the students who have already completed the course */
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
