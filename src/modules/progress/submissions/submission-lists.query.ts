import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { studentNameColumns, studentNameShape } from '../learner/student.dto';
import type { Slice } from '../enrollment/enrollment-lists.query';
import type { SubmissionState } from '../progress.lists';
import { summaryColumns, summaryShape, type SubmissionSummaryRow } from './submission-row';
import { CourseTeacherCheck } from '../enrollment/course-teacher-check';

const ofExerciseShape = { ...summaryShape, ...studentNameShape };
export type SubmissionOfExercise = Row<typeof ofExerciseShape>;

export interface SubmissionFilter {
  exerciseId?: number | undefined;
  status?: SubmissionState | undefined;
}

/** Lists submissions, newest first. Each list sends one statement. */
@Injectable()
export class SubmissionLists {
  constructor(
    private readonly database: Database,
    private readonly teacherCheck: CourseTeacherCheck,
  ) {}

  listOfStudent(studentId: number, filter: SubmissionFilter, slice: Slice): Promise<SubmissionSummaryRow[]> {
    const columns = { 'w.student_id': studentId, ...toColumns(filter) };
    const { whereSql, values } = toWhere(columns, slice.before);
    return this.database.rows(
      summaryShape,
      `SELECT ${summaryColumns} FROM courses_exercisesubmission w JOIN courses_exercise x ON x.id = w.exercise_id
       WHERE ${whereSql} ORDER BY w.id DESC LIMIT ${slice.count}`,
      values,
    );
  }

  /**
   * Lists the submissions of an exercise for the teacher of the course and for administrators. The query finds rows only for these
   * people, so that a second statement, which checks their rights, is needed only if the page is empty.
   * @throws ExerciseNotFound, Forbidden
   */
  async listOfExercise(
    actor: Actor,
    exerciseId: number,
    status: SubmissionState | undefined,
    slice: Slice,
  ): Promise<SubmissionOfExercise[]> {
    const teacherColumn = actor.role === 'admin' ? {} : { 'c.teacher_id': actor.id };
    const columns = { ...toColumns({ exerciseId, status }), ...teacherColumn };
    const { whereSql, values } = toWhere(columns, slice.before);
    const rows = await this.database.rows(
      ofExerciseShape,
      `SELECT ${summaryColumns}, ${studentNameColumns}
       FROM courses_exercisesubmission w
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id
       JOIN users_user u ON u.id = w.student_id
       WHERE ${whereSql} ORDER BY w.id DESC LIMIT ${slice.count}`,
      values,
    );
    if (rows.length === 0 || !actor.isApproved) await this.teacherCheck.getExercise(actor, exerciseId);
    return rows;
  }

  async count(filter: SubmissionFilter & { studentId?: number }): Promise<number> {
    const studentColumn = filter.studentId === undefined ? {} : { 'w.student_id': filter.studentId };
    const { whereSql, values } = toWhere({ ...studentColumn, ...toColumns(filter) });
    const sql = `SELECT count(*) AS total FROM courses_exercisesubmission w WHERE ${whereSql}`;
    const counted = await this.database.row({ total: int }, sql, values);
    return counted?.total ?? 0;
  }
}

const toColumns = ({ exerciseId, status }: SubmissionFilter): Record<string, Value> => ({
  'w.exercise_id': exerciseId,
  'w.status': status,
});

/** Requires `column = value` for each column that has a value, and an id below `beforeId` for a later page. */
function toWhere(columns: Record<string, Value>, beforeId?: number): { whereSql: string; values: Value[] } {
  const conditions: string[] = [];
  const values: Value[] = [];
  for (const [column, value] of Object.entries(columns)) {
    if (value === undefined) continue;
    values.push(value);
    conditions.push(`${column} = $${values.length}`);
  }
  if (beforeId !== undefined) {
    values.push(beforeId);
    conditions.push(`w.id < $${values.length}`);
  }
  return { whereSql: conditions.join(' AND '), values };
}
