import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { OwnCourseTotals, subtractOwnTotals } from '../completion/own-course-totals';
import { CourseCompleted, LearnerProgressed, type Totals } from '../progress.events';

const totalsShape = {
  studentId: int,
  lessonsCompleted: int,
  exercisesCompleted: int,
  coursesCompleted: int,
  streakDays: int,
};
const maxStudentsPerStatement = 5_000;

export interface CourseToComplete {
  id: number;
  title: string;
  teacherId: number;
  reward: number;
  isOpen: boolean;
}

/** Completes a course for learners when the last lesson they had not completed is removed from it (rule 2). */
@Injectable()
export class AutomaticCourseCompletions {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly ownTotals: OwnCourseTotals,
    private readonly clock: Clock,
  ) {}

  /** Counts the completions and publishes them. The totals are locked in ascending order of user, before any coins are booked. */
  async complete(course: CourseToComplete, studentIds: readonly number[]): Promise<void> {
    const students = studentIds.toSorted((one, other) => one - other);
    const events: (CourseCompleted | LearnerProgressed)[] = [];
    for (let from = 0; from < students.length; from += maxStudentsPerStatement)
      events.push(...(await this.countCompletion(course, students.slice(from, from + maxStudentsPerStatement))));
    await this.events.publish(...events);
  }

  private async countCompletion(
    course: CourseToComplete,
    students: number[],
  ): Promise<(CourseCompleted | LearnerProgressed)[]> {
    await this.lockTotals(students);
    const totals = await this.database.rows(
      totalsShape,
      `UPDATE users_userprogress SET total_courses_completed = total_courses_completed + 1, updated_at = $1
       WHERE user_id IN (${placeholders(students.length, 2)})
       RETURNING user_id AS "studentId", total_lessons_completed AS "lessonsCompleted", streak_days AS "streakDays",
         total_exercises_completed AS "exercisesCompleted", total_courses_completed AS "coursesCompleted"`,
      [this.clock.now(), ...students],
    );
    const own = await this.ownTotals.findByTeacher(students);
    return totals.flatMap(({ studentId, ...after }) =>
      completionEvents(course, studentId, subtractOwnTotals(own.get(studentId), after)),
    );
  }

  private async lockTotals(students: number[]): Promise<void> {
    const forUpdateSql = this.database.dialect.forUpdate();
    if (!forUpdateSql || students.length < 2) return;
    const sql = `SELECT user_id AS "studentId" FROM users_userprogress
      WHERE user_id IN (${placeholders(students.length)}) ORDER BY user_id${forUpdateSql}`;
    await this.database.rows({ studentId: int }, sql, students);
  }
}

function completionEvents(
  course: CourseToComplete,
  studentId: number,
  after: Totals,
): (CourseCompleted | LearnerProgressed)[] {
  const { id: courseId, title: courseTitle, teacherId, reward, isOpen } = course;
  const completed = new CourseCompleted({ studentId, courseId, courseTitle, teacherId, reward, isOpen });
  if (studentId === teacherId) return [completed];
  const before = { ...after, coursesCompleted: after.coursesCompleted - 1 };
  return [completed, new LearnerProgressed({ studentId, before, after, localHour: null, isOpen })];
}
