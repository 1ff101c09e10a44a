import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { TaughtCourses } from '../../users';

/** Tells Users how many courses a person teaches. */
@Injectable()
export class TaughtCourseCounts extends TaughtCourses {
  constructor(private readonly database: Database) {
    super();
  }

  async countPublished(teacherId: number): Promise<number> {
    const sql = `SELECT count(*) AS total FROM courses_course
      WHERE teacher_id = $1 AND is_published AND archived_at IS NULL`;
    const row = await this.database.row({ total: int }, sql, [teacherId]);
    return row?.total ?? 0;
  }
}
