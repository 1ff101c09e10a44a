import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { pageQuery, toPage, type Page } from '../../../platform/http/pagination';
import { showOwnCourse, type OwnCourse } from './course.dto';
import { ownCourseColumns, ownCourseShape } from './course.rows';

/** Also the states a course goes through. */
const conditionOf = {
  draft: 'AND c.archived_at IS NULL AND NOT c.is_published',
  published: 'AND c.archived_at IS NULL AND c.is_published',
  archived: 'AND c.archived_at IS NOT NULL',
};

export const OwnCoursesQuery = pageQuery({
  state: z.enum(['draft', 'published', 'archived']).optional().meta({ description: 'All unless given' }),
});
export type OwnCoursesQuery = z.output<typeof OwnCoursesQuery>;

const lastCreatedFirst = keyset('courses:own', [z.int()]);

/** What a teacher teaches: drafts and the archive too. */
@Injectable()
export class OwnCourses {
  constructor(private readonly database: Database) {}

  async page(teacherId: number, { cursor, limit, state, withTotal }: OwnCoursesQuery): Promise<Page<OwnCourse>> {
    const [before] = lastCreatedFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const mine = `FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
       WHERE c.teacher_id = $1 ${state ? conditionOf[state] : ''}`;
    const rows = await this.database.rows(
      ownCourseShape,
      `SELECT ${ownCourseColumns} ${mine} AND c.id < $2 ORDER BY c.id DESC LIMIT $3`,
      [teacherId, before, limit + 1],
    );
    const counted = withTotal
      ? await this.database.row({ total: int }, `SELECT count(*) AS total ${mine}`, [teacherId])
      : undefined;
    return toPage(rows, limit, ({ id }) => lastCreatedFirst.after(id), showOwnCourse, counted?.total);
  }
}
