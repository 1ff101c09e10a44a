import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { personColumns, personShape } from '../accounts/person';
import { TeacherNotFound } from '../users.errors';
import {
  decisionShape,
  showDecision,
  showTeacher,
  type Decision,
  type DecisionQuery,
  type TeacherQuery,
  type TeacherView,
} from './teachers.dto';

const longestWaiting = keyset('teachers:oldest', [z.int()]);
const latestDecision = keyset('teacher-decisions:newest', [z.int()]);
const ofStatus = 'teacher_status = $1 AND is_active';

@Injectable()
export class TeacherLists {
  constructor(private readonly database: Database) {}

  /** Who came first stands first: pending teachers are a queue. */
  async teachers({ status, cursor, limit, withTotal }: TeacherQuery): Promise<Page<TeacherView>> {
    const [after] = longestWaiting.read(cursor) ?? [0];
    const sql = `SELECT ${personColumns} FROM users_user WHERE ${ofStatus} AND id > $2 ORDER BY id LIMIT $3`;
    const rows = await this.database.rows(personShape, sql, [status, after, limit + 1]);
    const total = withTotal ? await this.count(`users_user WHERE ${ofStatus}`, status) : undefined;
    return toPage(rows, limit, ({ id }) => longestWaiting.after(id), showTeacher, total);
  }

  /**
   * The latest first.
   * @throws TeacherNotFound
   */
  async decisions(teacherId: number, { cursor, limit, withTotal }: DecisionQuery): Promise<Page<Decision>> {
    const [before] = latestDecision.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const teachers = "users_user WHERE id = $1 AND role = 'teacher'";
    if ((await this.count(teachers, teacherId)) === 0) throw new TeacherNotFound();
    const rows = await this.database.rows(
      decisionShape,
      `SELECT id, status, decided_by_id AS "decidedBy", decided_at AS "decidedAt", reason
       FROM users_teacherapproval WHERE teacher_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
      [teacherId, before, limit + 1],
    );
    const total = withTotal ? await this.count('users_teacherapproval WHERE teacher_id = $1', teacherId) : undefined;
    return toPage(rows, limit, ({ id }) => latestDecision.after(id), showDecision, total);
  }

  private async count(from: string, value: string | number): Promise<number> {
    return (await this.database.row({ total: int }, `SELECT count(*) AS total FROM ${from}`, [value]))?.total ?? 0;
  }
}
