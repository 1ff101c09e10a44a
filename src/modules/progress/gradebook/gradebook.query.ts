import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../../platform/database/columns';
import { fold } from '../../../platform/database/case-folding';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { studentColumns } from '../learner/student.dto';
import type { GradebookOrder } from './gradebook-order';
import {
  enrollment,
  exerciseShape,
  result,
  resultShape,
  studentRowShape,
  type GradebookExercise,
  type GradebookResult,
  type GradebookStudent,
} from './gradebook-rows';

export interface GradebookSlice {
  q?: string | undefined;
  after: readonly [sortValue: Value, enrollmentId: number] | null;
  count: number;
}

const exerciseConditionSql = 'l.course_id = $1 AND l.archived_at IS NULL AND x.archived_at IS NULL';

/** The students of a course and their results in its exercises. Each method sends one statement. */
@Injectable()
export class GradebookLists {
  constructor(private readonly database: Database) {}

  listExercises(courseId: number): Promise<GradebookExercise[]> {
    return this.database.rows(
      exerciseShape,
      `SELECT x.id, x.title, l.id AS "lessonId", l.title AS "lessonTitle", x.max_score AS "maxScore",
         x.attempts_allowed AS "attemptsAllowed"
       FROM courses_exercise x JOIN courses_lesson l ON l.id = x.lesson_id
       WHERE ${exerciseConditionSql} ORDER BY l."order", l.id, x.id`,
      [courseId],
    );
  }

  /** Lists students who have not left the course. */
  listStudents(courseId: number, order: GradebookOrder, slice: GradebookSlice): Promise<GradebookStudent[]> {
    const values: Value[] = [courseId];
    const add = (value: Value): string => `$${values.push(value)}`;
    const conditionsSql = this.searchSql(slice.q, add);
    const { column, direction } = order;
    const comparison = direction === 'ASC' ? '>' : '<';
    const sortSql = `p."${column}"`;
    const afterSql = slice.after
      ? `WHERE (${sortSql}, p.id) ${comparison} (${add(slice.after[0])}, ${add(slice.after[1])})`
      : '';
    return this.database.rows(
      studentRowShape,
      `SELECT p.* FROM (
         SELECT ${enrollment.columns('e')}, ${studentColumns}, ${this.sortNameSql()} AS "sortName"
         FROM courses_courseenrollment e JOIN users_user u ON u.id = e.student_id
         WHERE e.course_id = $1 AND e.left_at IS NULL ${conditionsSql}) p
       ${afterSql} ORDER BY ${sortSql} ${direction}, p.id ${direction} LIMIT ${slice.count}`,
      values,
    );
  }

  async countStudents(courseId: number, q: string | undefined): Promise<number> {
    const values: Value[] = [courseId];
    const conditionsSql = this.searchSql(q, (value) => `$${values.push(value)}`);
    const counted = await this.database.row(
      { total: int },
      `SELECT count(*) AS total FROM courses_courseenrollment e JOIN users_user u ON u.id = e.student_id
       WHERE e.course_id = $1 AND e.left_at IS NULL ${conditionsSql}`,
      values,
    );
    return counted?.total ?? 0;
  }

  /** Lists the results of these students, by student and exercise. A student has no row for an exercise that they did not start. */
  async listResults(courseId: number, studentIds: readonly number[]): Promise<GradebookResult[]> {
    if (studentIds.length === 0) return [];
    return this.database.rows(
      resultShape,
      `SELECT ${result.columns('r')}, x.attempts_allowed AS "attemptsAllowed",
         EXISTS (SELECT 1 FROM courses_exercisesubmission w WHERE w.student_id = r.student_id
           AND w.exercise_id = r.exercise_id AND w.status = 'pending') AS "isPending",
         EXISTS (SELECT 1 FROM progress_attempt a WHERE a.student_id = r.student_id
           AND a.exercise_id = r.exercise_id AND a.finished_at IS NULL) AS "isStarted"
       FROM progress_exerciseresult r
       JOIN courses_exercise x ON x.id = r.exercise_id JOIN courses_lesson l ON l.id = x.lesson_id
       WHERE ${exerciseConditionSql} AND r.student_id IN (${placeholders(studentIds.length, 2)})
       ORDER BY r.student_id, r.exercise_id`,
      [courseId, ...studentIds],
    );
  }

  private sortNameSql(): string {
    return this.database.dialect.folded("u.last_name || ' ' || u.first_name || ' ' || u.username");
  }

  private searchSql(q: string | undefined, add: (value: Value) => string): string {
    if (q === undefined) return '';
    const { dialect } = this.database;
    const pattern = add(`%${fold(q).replaceAll(/[!%_]/g, '!$&')}%`);
    const nameSql = dialect.folded("u.first_name || ' ' || u.last_name");
    return `AND (${nameSql} LIKE ${pattern} ESCAPE '!' OR ${dialect.folded('u.username')} LIKE ${pattern} ESCAPE '!')`;
  }
}
