import { Injectable } from '@nestjs/common';
import { bool, int, text, type Row } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { placeholders } from '../../platform/database/insert-rows';
import type { InTransactionHandler } from '../../platform/events/domain-event';
import { EventBus } from '../../platform/events/event-bus';
import { InTransaction } from '../../platform/events/handlers';
import { Clock } from '../../platform/time/clock';
import { CourseContentChanged } from '../courses';
import { CourseCompleted, LearnerProgressed } from './progress.events';
import { recount } from './recount';

const courseShape = { title: text, teacherId: int, reward: int };
const totalsShape = {
  studentId: int,
  lessonsCompleted: int,
  exercisesCompleted: int,
  coursesCompleted: int,
  streakDays: int,
};
const perStatement = 5_000;

/** Progress follows the content in the same transaction; whoever misses nothing any more completes, once (rules 1 and 2). */
@Injectable()
@InTransaction(CourseContentChanged)
export class RecountWhenCourseContentChanged implements InTransactionHandler<CourseContentChanged> {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async handle(changes: CourseContentChanged[]): Promise<void> {
    const courses = [...new Set(changes.map((change) => change.payload.courseId))].sort((one, other) => one - other);
    for (const courseId of courses) await this.recountCourse(courseId);
  }

  private async recountCourse(courseId: number): Promise<void> {
    const completedBefore = await this.lock(courseId);
    const standings = await recount(this.database, courseId, this.clock.now());
    const finished = standings.filter((one) => one.completed && !completedBefore.has(one.studentId));
    const course = await this.database.row(
      courseShape,
      'SELECT title, teacher_id AS "teacherId", teocoin_reward AS reward FROM courses_course WHERE id = $1',
      [courseId],
    );
    if (!course) return;
    for (let from = 0; from < finished.length; from += perStatement)
      await this.complete(
        courseId,
        course,
        finished.slice(from, from + perStatement).map((one) => one.studentId),
      );
  }

  /** Locks every enrolment of the course; gives who had completed it. */
  private async lock(courseId: number): Promise<Set<number>> {
    const rows = await this.database.rows(
      { studentId: int, completed: bool },
      `SELECT student_id AS "studentId", completed FROM courses_courseenrollment
       WHERE course_id = $1 ORDER BY id${this.database.dialect.forUpdate()}`,
      [courseId],
    );
    return new Set(rows.filter((row) => row.completed).map((row) => row.studentId));
  }

  private async complete(courseId: number, course: Row<typeof courseShape>, students: number[]): Promise<void> {
    const totals = await this.database.rows(
      totalsShape,
      `UPDATE users_userprogress SET total_courses_completed = total_courses_completed + 1, updated_at = $1
       WHERE user_id IN (${placeholders(students.length, 2)})
       RETURNING user_id AS "studentId", total_lessons_completed AS "lessonsCompleted", streak_days AS "streakDays",
         total_exercises_completed AS "exercisesCompleted", total_courses_completed AS "coursesCompleted"`,
      [this.clock.now(), ...students],
    );
    const { title: courseTitle, teacherId, reward } = course;
    await this.events.publish(
      ...totals.map(({ studentId }) => new CourseCompleted({ studentId, courseId, courseTitle, teacherId, reward })),
      ...totals.map(({ studentId, ...after }) => {
        const before = { ...after, coursesCompleted: after.coursesCompleted - 1 };
        return new LearnerProgressed({ studentId, before, after, localHour: null });
      }),
    );
  }
}
