import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { personColumns, personShape } from '../accounts/person';
import { TeacherNotFound } from '../users.errors';
import {
  decisionColumns,
  showApplicant,
  showDecision,
  showTeacher,
  type Decision,
  type DecisionQuery,
  type TeacherQuery,
  type TeacherResponse,
} from './teachers.dto';

const oldestFirst = keyset('teachers:oldest', [z.int()]);
const newestFirst = keyset('teacher-decisions:newest', [z.int()]);
const hasStatusSql = 'teacher_status = $1 AND is_active';

@Injectable()
export class TeacherLists {
  constructor(private readonly database: Database) {}

  /** Lists teachers, oldest first, because pending teachers are a queue. Only administrators see the text of the application. */
  async listTeachers(
    { status, cursor, limit, withTotal }: TeacherQuery,
    isForAdministrator: boolean,
  ): Promise<Page<TeacherResponse>> {
    const [afterId] = oldestFirst.read(cursor) ?? [0];
    const applicationSql = isForAdministrator
      ? '(SELECT a.text FROM users_teacherapplication a WHERE a.teacher_id = users_user.id)'
      : 'NULL';
    const rows = await this.database.rows(
      { ...personShape, application: nullable(text) },
      `SELECT ${personColumns}, ${applicationSql} AS application
       FROM users_user WHERE ${hasStatusSql} AND id > $2 ORDER BY id LIMIT $3`,
      [status, afterId, limit + 1],
    );
    const total = withTotal ? await this.count(`users_user WHERE ${hasStatusSql}`, status) : undefined;
    const show = isForAdministrator ? showApplicant : showTeacher;
    return toPage(rows, limit, ({ id }) => oldestFirst.after(id), show, total);
  }

  /**
   * Lists the decisions about a teacher, newest first.
   * @throws TeacherNotFound
   */
  async listDecisions(teacherId: number, { cursor, limit, withTotal }: DecisionQuery): Promise<Page<Decision>> {
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const teacherSql = "users_user WHERE id = $1 AND role = 'teacher'";
    const teacherCount = await this.count(teacherSql, teacherId);
    if (teacherCount === 0) throw new TeacherNotFound();
    const rows = await this.database.rows(
      decisionColumns.shape,
      `SELECT ${decisionColumns.columns()}
       FROM users_teacherapproval WHERE teacher_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
      [teacherId, beforeId, limit + 1],
    );
    const total = withTotal ? await this.count('users_teacherapproval WHERE teacher_id = $1', teacherId) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), showDecision, total);
  }

  /** @param fromSql the table and the condition, with `value` as `$1` */
  private async count(fromSql: string, value: string | number): Promise<number> {
    const row = await this.database.row({ total: int }, `SELECT count(*) AS total FROM ${fromSql}`, [value]);
    return row?.total ?? 0;
  }
}
