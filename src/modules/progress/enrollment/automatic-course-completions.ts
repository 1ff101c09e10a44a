import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { chunksOf, placeholders } from '../../../platform/database/insert-rows';
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

type CompletionEvent = CourseCompleted | LearnerProgressed;

interface CourseToComplete {
  id: number;
  title: string;
  teacherId: number;
  reward: number;
  isOpen: boolean;
}

/** Completes a course for learners when the last lesson that they had not completed is removed from the course (rule 2). */
@Injectable()
export class AutomaticCourseCompletions {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly ownTotals: OwnCourseTotals,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts the completions and publishes them. The totals are locked in ascending order of user ids, and before coins are paid, because
   * all transactions take their locks in this order.
   */
  async complete(course: CourseToComplete, studentIds: readonly number[]): Promise<void> {
    const ascendingIds = studentIds.toSorted((firstId, secondId) => firstId - secondId);
    const events: CompletionEvent[] = [];
    for (const chunk of chunksOf(ascendingIds, maxStudentsPerStatement)) {
      events.push(...(await this.countCompletions(course, chunk)));
    }
    await this.events.publish(...events);
  }

  private async countCompletions(course: CourseToComplete, studentIds: number[]): Promise<CompletionEvent[]> {
    await this.lockTotals(studentIds);
    const totals = await this.database.rows(
      totalsShape,
      `UPDATE users_userprogress SET total_courses_completed = total_courses_completed + 1, updated_at = $1
       WHERE user_id IN (${placeholders(studentIds.length, 2)})
       RETURNING user_id AS "studentId", total_lessons_completed AS "lessonsCompleted", streak_days AS "streakDays",
         total_exercises_completed AS "exercisesCompleted", total_courses_completed AS "coursesCompleted"`,
      [this.clock.now(), ...studentIds],
    );
    const ownTotalsByTeacher = await this.ownTotals.findByTeacher(studentIds);
    return totals.flatMap(({ studentId, ...newTotals }) => {
      const countedTotals = subtractOwnTotals(ownTotalsByTeacher.get(studentId), newTotals);
      return toCompletionEvents(course, studentId, countedTotals);
    });
  }

  private async lockTotals(studentIds: number[]): Promise<void> {
    const forUpdateSql = this.database.dialect.forUpdate();
    if (!forUpdateSql || studentIds.length < 2) return;
    const sql = `SELECT user_id AS "studentId" FROM users_userprogress
      WHERE user_id IN (${placeholders(studentIds.length)}) ORDER BY user_id${forUpdateSql}`;
    await this.database.rows({ studentId: int }, sql, studentIds);
  }
}

function toCompletionEvents(course: CourseToComplete, studentId: number, after: Totals): CompletionEvent[] {
  const { id: courseId, title: courseTitle, teacherId, reward, isOpen } = course;
  const common = { studentId, courseId, courseTitle, teacherId };
  const completed = new CourseCompleted({ ...common, reward, isOpen, isOwnAct: false });
  if (studentId === teacherId) return [completed];
  const before = { ...after, coursesCompleted: after.coursesCompleted - 1 };
  return [completed, new LearnerProgressed({ studentId, before, after, localHour: null, isOpen })];
}
