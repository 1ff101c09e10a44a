import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { instant, int, nullable, text, textOf, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { contentOf, type ExerciseType } from '../../courses';
import { studentColumns, studentShape } from '../learner/student.dto';
import { HeldGrade } from '../release/held-grade.entity';
import { firstPictureSql } from '../submissions/submission-row';
import { ExerciseSubmission } from '../submissions/exercise-submission.entity';

const heldGrade = columnsOf(HeldGrade, ['score', 'status', 'feedback', 'grading', 'reason', 'gradedById', 'gradedAt']);
const placeShape = { lessonId: int, lessonTitle: text, courseId: int, courseTitle: text };
const placeColumns = `l.id AS "lessonId", l.title AS "lessonTitle", c.id AS "courseId", c.title AS "courseTitle"`;
const pending = columnsOf(ExerciseSubmission, ['id', 'attemptNumber', 'submittedAt']);
const pendingShape = {
  ...pending.shape,
  ...studentShape,
  exerciseId: int,
  exerciseTitle: text,
  firstPicture: nullable(text),
  ...placeShape,
};
const countShape = { courseId: int, courseTitle: text, pendingCount: int, oldestSubmittedAt: instant };
const contextShape = {
  description: text,
  exerciseType: textOf<ExerciseType>(),
  content: contentOf,
  passingPercent: int,
  ...placeShape,
  ...heldGrade.optionalShape,
  nextId: nullable(int),
  previousId: nullable(int),
  pendingCount: int,
};

export type PendingSubmissionRow = Row<typeof pendingShape>;
export type PendingCountRow = Row<typeof countShape>;
export type GradingContextRow = Row<typeof contextShape>;

/** Selects a part of the queue. */
export interface QueueFilter {
  courseId?: number | undefined;
  lessonId?: number | undefined;
  exerciseId?: number | undefined;
  studentId?: number | undefined;
}

/** The position of a submission in the queue. Work that waits longer comes first. */
export interface QueuePosition {
  submittedAt: Date;
  id: number;
}

const filterColumns: Record<keyof QueueFilter, string> = {
  courseId: 'l.course_id',
  lessonId: 'x.lesson_id',
  exerciseId: 'w.exercise_id',
  studentId: 'w.student_id',
};

/**
 * The pending work of all courses that a person teaches; for an administrator, of all courses. A person's own work is left out, because
 * somebody else must grade it. Each method sends one statement.
 */
@Injectable()
export class GradingQueue {
  constructor(private readonly database: Database) {}

  /** Lists the work that has waited longest first. */
  list(
    actor: Actor,
    filter: QueueFilter,
    slice: { after: QueuePosition | null; count: number },
  ): Promise<PendingSubmissionRow[]> {
    const values: Value[] = [];
    const whereSql = queueConditionsSql(actor, filter, values);
    const { after, count } = slice;
    const afterSql = after
      ? `AND (w.submitted_at, w.id) > (${add(values, after.submittedAt)}, ${add(values, after.id)})`
      : '';
    return this.database.rows(
      pendingShape,
      `SELECT ${pending.columns('w')}, ${studentColumns}, x.id AS "exerciseId", x.title AS "exerciseTitle",
         ${firstPictureSql} AS "firstPicture", ${placeColumns}
       FROM ${queueTablesSql} JOIN users_user u ON u.id = w.student_id
       WHERE ${whereSql} ${afterSql} ORDER BY w.submitted_at, w.id LIMIT ${count}`,
      values,
    );
  }

  /** Counts the pending work of each course. The course that has waited longest comes first. */
  countByCourse(actor: Actor, maxCourses: number): Promise<PendingCountRow[]> {
    const values: Value[] = [];
    const whereSql = queueConditionsSql(actor, {}, values);
    return this.database.rows(
      countShape,
      `SELECT c.id AS "courseId", c.title AS "courseTitle", count(*) AS "pendingCount",
         min(w.submitted_at) AS "oldestSubmittedAt"
       FROM ${queueTablesSql} WHERE ${whereSql}
       GROUP BY c.id, c.title ORDER BY min(w.submitted_at), c.id LIMIT ${maxCourses}`,
      values,
    );
  }

  async count(actor: Actor, filter: QueueFilter): Promise<number> {
    const values: Value[] = [];
    const whereSql = queueConditionsSql(actor, filter, values);
    const sql = `SELECT count(*) AS total FROM ${queueTablesSql} WHERE ${whereSql}`;
    const counted = await this.database.row({ total: int }, sql, values);
    return counted?.total ?? 0;
  }

  /** Reads the exercise of a submission, and the next and the previous submission in the queue. The caller has checked that it exists. */
  async getContext(actor: Actor, submissionId: number, filter: QueueFilter): Promise<GradingContextRow> {
    const values: Value[] = [submissionId];
    const whereSql = queueConditionsSql(actor, filter, values);
    const selectSql = (columnsSql: string) => `SELECT ${columnsSql} FROM ${queueTablesSql} WHERE ${whereSql}`;
    const context = await this.database.row(
      contextShape,
      `SELECT sx.description, sx.exercise_type AS "exerciseType", sx.content, sx.passing_percent AS "passingPercent",
         sl.id AS "lessonId", sl.title AS "lessonTitle", sc.id AS "courseId", sc.title AS "courseTitle",
         ${heldGrade.columns('h')},
         COALESCE(
           (${selectSql('w.id')} AND (w.submitted_at, w.id) > (s.submitted_at, s.id) ORDER BY w.submitted_at, w.id LIMIT 1),
           (${selectSql('w.id')} AND w.id <> s.id ORDER BY w.submitted_at, w.id LIMIT 1)) AS "nextId",
         (${selectSql('w.id')} AND (w.submitted_at, w.id) < (s.submitted_at, s.id)
           ORDER BY w.submitted_at DESC, w.id DESC LIMIT 1) AS "previousId",
         (${selectSql('count(*)')}) AS "pendingCount"
       FROM courses_exercisesubmission s
       LEFT JOIN progress_heldgrade h ON h.submission_id = s.id
       JOIN courses_exercise sx ON sx.id = s.exercise_id
       JOIN courses_lesson sl ON sl.id = sx.lesson_id
       JOIN courses_course sc ON sc.id = sl.course_id WHERE s.id = $1`,
      values,
    );
    return context as GradingContextRow;
  }
}

const queueTablesSql = `courses_exercisesubmission w
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id`;

/** Work with a held grade waits for the release, and not for a grader. */
const isNotHeldSql = 'NOT EXISTS (SELECT 1 FROM progress_heldgrade hq WHERE hq.submission_id = w.id)';

/** The conditions of the person's queue. Adds their values to `values`. */
function queueConditionsSql(actor: Actor, filter: QueueFilter, values: Value[]): string {
  const actorId = add(values, actor.id);
  const conditions = ["w.status = 'pending'", isNotHeldSql, `w.student_id <> ${actorId}`];
  if (actor.role !== 'admin') conditions.push(`c.teacher_id = ${actorId}`);
  for (const [name, column] of Object.entries(filterColumns)) {
    const value = filter[name as keyof QueueFilter];
    if (value !== undefined) conditions.push(`${column} = ${add(values, value)}`);
  }
  return conditions.join(' AND ');
}

/** Appends a value and returns its parameter. */
function add(values: Value[], value: Value): string {
  values.push(value);
  return `$${values.length}`;
}
