import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { bool, int, text, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { ExerciseNotFound } from '../../courses';
import type { Slice } from '../enrollment/enrollment-lists.query';
import type { SubmissionState } from '../progress.lists';
import { summaryColumns, summaryShape, type SubmissionSummaryRow } from './submission-row';
import { isTeacherOrAdmin } from '../enrollment/course-teacher-check';

const ofExerciseShape = { ...summaryShape, username: text, firstName: text, lastName: text };
export type SubmissionOfExercise = Row<typeof ofExerciseShape>;

export interface SubmissionFilter {
  exerciseId?: number | undefined;
  status?: SubmissionState | undefined;
}

/** Submissions, newest first. Each list sends one statement. */
@Injectable()
export class SubmissionLists {
  constructor(private readonly database: Database) {}

  listOfStudent(studentId: number, filter: SubmissionFilter, slice: Slice): Promise<SubmissionSummaryRow[]> {
    const { where, values } = toWhere({ 'w.student_id': studentId, ...toColumns(filter) }, slice.before);
    return this.database.rows(
      summaryShape,
      `SELECT ${summaryColumns} FROM courses_exercisesubmission w JOIN courses_exercise x ON x.id = w.exercise_id
       WHERE ${where} ORDER BY w.id DESC LIMIT ${slice.count}`,
      values,
    );
  }

  /**
   * Lists them for the teacher of the course and for administrators. The query finds rows only for these people, so their rights
   * are checked in a second statement only if the page is empty.
   * @throws ExerciseNotFound, Forbidden
   */
  async listOfExercise(
    actor: Actor,
    exerciseId: number,
    status: SubmissionState | undefined,
    slice: Slice,
  ): Promise<SubmissionOfExercise[]> {
    const teacherCondition = actor.role === 'admin' ? {} : { 'c.teacher_id': actor.id };
    const { where, values } = toWhere({ ...toColumns({ exerciseId, status }), ...teacherCondition }, slice.before);
    const rows = await this.database.rows(
      ofExerciseShape,
      `SELECT ${summaryColumns}, u.username, u.first_name AS "firstName", u.last_name AS "lastName"
       FROM courses_exercisesubmission w
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id
       JOIN users_user u ON u.id = w.student_id
       WHERE ${where} ORDER BY w.id DESC LIMIT ${slice.count}`,
      values,
    );
    if (rows.length === 0 || !actor.isApproved) await this.requireTeacherOrAdmin(actor, exerciseId);
    return rows;
  }

  async count(filter: SubmissionFilter & { studentId?: number }): Promise<number> {
    const studentCondition = filter.studentId === undefined ? {} : { 'w.student_id': filter.studentId };
    const { where, values } = toWhere({ ...studentCondition, ...toColumns(filter) });
    const sql = `SELECT count(*) AS total FROM courses_exercisesubmission w WHERE ${where}`;
    return (await this.database.row({ total: int }, sql, values))?.total ?? 0;
  }

  private async requireTeacherOrAdmin(actor: Actor, exerciseId: number): Promise<void> {
    const exercise = await this.database.row(
      { teacherId: int, isVisible: bool },
      `SELECT c.teacher_id AS "teacherId", c.is_published AND l.is_published AND l.archived_at IS NULL
         AND x.archived_at IS NULL AS "isVisible"
       FROM courses_exercise x
       JOIN courses_lesson l ON l.id = x.lesson_id JOIN courses_course c ON c.id = l.course_id WHERE x.id = $1`,
      [exerciseId],
    );
    if (!exercise) throw new ExerciseNotFound();
    if (isTeacherOrAdmin(actor, exercise.teacherId)) return;
    throw exercise.isVisible
      ? new Forbidden('Only the teacher of the course and administrators may see its submissions.')
      : new ExerciseNotFound();
  }
}

const toColumns = ({ exerciseId, status }: SubmissionFilter): Record<string, Value> => ({
  'w.exercise_id': exerciseId,
  'w.status': status,
});

/** Writes `column = $n` for every column with a value, and a condition on the id for the rows of a later page. */
function toWhere(equal: Record<string, Value>, before?: number): { where: string; values: Value[] } {
  const conditions = Object.entries(equal).filter(([, value]) => value !== undefined);
  const parts = conditions.map(([column], at) => `${column} = $${at + 1}`);
  const values = conditions.map(([, value]) => value);
  if (before === undefined) return { where: parts.join(' AND '), values };
  return { where: [...parts, `w.id < $${values.length + 1}`].join(' AND '), values: [...values, before] };
}
