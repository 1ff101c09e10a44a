import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { pageQuery, toPage, type Page } from '../../../platform/http/pagination';
import { showOwnCourse, type OwnCourse } from './course.dto';
import { ownCourseColumns, ownCourseShape } from './course.rows';
import { namedEnum } from '../../../platform/http/named-enum';

const conditionSqlByStatus = {
  draft: 'AND c.archived_at IS NULL AND NOT c.is_published',
  published: 'AND c.archived_at IS NULL AND c.is_published',
  archived: 'AND c.archived_at IS NOT NULL',
};

export const OwnCoursesQuery = pageQuery({
  status: namedEnum('CourseStatus', ['draft', 'published', 'archived'])
    .optional()
    .meta({ description: 'Courses of every status if left out' }),
});
export type OwnCoursesQuery = z.output<typeof OwnCoursesQuery>;

const lastCreatedFirst = keyset('courses:own', [z.int()]);

/** Lists the courses of a teacher, drafts and archived courses included. */
@Injectable()
export class OwnCourses {
  constructor(private readonly database: Database) {}

  async list(teacherId: number, { cursor, limit, status, withTotal }: OwnCoursesQuery): Promise<Page<OwnCourse>> {
    const [beforeId] = lastCreatedFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const fromSql = `FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
       WHERE c.teacher_id = $1 ${status ? conditionSqlByStatus[status] : ''}`;
    const rows = await this.database.rows(
      ownCourseShape,
      `SELECT ${ownCourseColumns} ${fromSql} AND c.id < $2 ORDER BY c.id DESC LIMIT $3`,
      [teacherId, beforeId, limit + 1],
    );
    const countSql = `SELECT count(*) AS total ${fromSql}`;
    const counted = withTotal ? await this.database.row({ total: int }, countSql, [teacherId]) : undefined;
    return toPage(rows, limit, ({ id }) => lastCreatedFirst.after(id), showOwnCourse, counted?.total);
  }
}
