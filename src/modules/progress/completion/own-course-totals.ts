import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import type { Totals } from '../progress.events';

const shape = { teacherId: int, lessonsCompleted: int, exercisesCompleted: int, coursesCompleted: int };
type OwnTotals = Row<typeof shape>;

/** Counts the completions of teachers in their own courses. These are part of their totals, but are never rewarded (rule 12). */
@Injectable()
export class OwnCourseTotals {
  constructor(private readonly database: Database) {}

  /** Sends one statement. The map contains only people who teach a course. */
  async findByTeacher(userIds: readonly number[]): Promise<Map<number, OwnTotals>> {
    const rows = await this.database.rows(
      shape,
      `SELECT u.id AS "teacherId",
         (SELECT count(*) FROM courses_course c JOIN courses_lesson l ON l.course_id = c.id
          JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = u.id
          WHERE c.teacher_id = u.id) AS "lessonsCompleted",
         (SELECT count(*) FROM courses_course c JOIN courses_lesson l ON l.course_id = c.id
          JOIN courses_exercise x ON x.lesson_id = l.id
          JOIN progress_exerciseresult r ON r.exercise_id = x.id AND r.student_id = u.id AND r.passed_at IS NOT NULL
          WHERE c.teacher_id = u.id) AS "exercisesCompleted",
         (SELECT count(*) FROM courses_course c
          JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = u.id AND e.completed
          WHERE c.teacher_id = u.id) AS "coursesCompleted"
       FROM users_user u WHERE u.id IN (${placeholders(userIds.length)})
         AND EXISTS (SELECT 1 FROM courses_course c WHERE c.teacher_id = u.id)`,
      userIds,
    );
    return new Map(rows.map((row) => [row.teacherId, row]));
  }
}

/** Returns the totals that count for rewards, which are the totals without the person's completions in their own courses. */
export function subtractOwnTotals(own: OwnTotals | undefined, totals: Totals): Totals {
  if (!own) return totals;
  return {
    ...totals,
    lessonsCompleted: totals.lessonsCompleted - own.lessonsCompleted,
    exercisesCompleted: totals.exercisesCompleted - own.exercisesCompleted,
    coursesCompleted: totals.coursesCompleted - own.coursesCompleted,
  };
}
