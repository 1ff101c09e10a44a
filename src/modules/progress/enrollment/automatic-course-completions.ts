import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { OwnCourses, without } from '../completion/own-course-totals';
import { CourseCompleted, LearnerProgressed, type Totals } from '../progress.events';

const totalsShape = {
  studentId: int,
  lessonsCompleted: int,
  exercisesCompleted: int,
  coursesCompleted: int,
  streakDays: int,
};
const perStatement = 5_000;

export interface FinishedCourse {
  id: number;
  title: string;
  teacherId: number;
  reward: number;
  isOpen: boolean;
}

/** Learners who complete a course without doing anything: what was missing went away (rule 2). */
@Injectable()
export class Finishers {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly own: OwnCourses,
    private readonly clock: Clock,
  ) {}

  /** Counts the completion and tells of it. All totals are locked, ascending, before any coin is touched. */
  async complete(course: FinishedCourse, studentIds: readonly number[]): Promise<void> {
    const students = studentIds.toSorted((one, other) => one - other);
    const news: (CourseCompleted | LearnerProgressed)[] = [];
    for (let from = 0; from < students.length; from += perStatement)
      news.push(...(await this.count(course, students.slice(from, from + perStatement))));
    await this.events.publish(...news);
  }

  private async count(course: FinishedCourse, students: number[]): Promise<(CourseCompleted | LearnerProgressed)[]> {
    await this.lock(students);
    const totals = await this.database.rows(
      totalsShape,
      `UPDATE users_userprogress SET total_courses_completed = total_courses_completed + 1, updated_at = $1
       WHERE user_id IN (${placeholders(students.length, 2)})
       RETURNING user_id AS "studentId", total_lessons_completed AS "lessonsCompleted", streak_days AS "streakDays",
         total_exercises_completed AS "exercisesCompleted", total_courses_completed AS "coursesCompleted"`,
      [this.clock.now(), ...students],
    );
    const own = await this.own.totals(students);
    return totals.flatMap(({ studentId, ...after }) => newsOf(course, studentId, without(own.get(studentId), after)));
  }

  private async lock(students: number[]): Promise<void> {
    const suffix = this.database.dialect.forUpdate();
    if (!suffix || students.length < 2) return;
    const sql = `SELECT user_id AS "studentId" FROM users_userprogress
      WHERE user_id IN (${placeholders(students.length)}) ORDER BY user_id${suffix}`;
    await this.database.rows({ studentId: int }, sql, students);
  }
}

function newsOf(course: FinishedCourse, studentId: number, after: Totals): (CourseCompleted | LearnerProgressed)[] {
  const { id: courseId, title: courseTitle, teacherId, reward, isOpen } = course;
  const completed = new CourseCompleted({ studentId, courseId, courseTitle, teacherId, reward, isOpen });
  if (studentId === teacherId) return [completed];
  const before = { ...after, coursesCompleted: after.coursesCompleted - 1 };
  return [completed, new LearnerProgressed({ studentId, before, after, localHour: null, isOpen })];
}
