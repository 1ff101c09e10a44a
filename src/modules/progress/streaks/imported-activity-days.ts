import { Injectable } from '@nestjs/common';
import type { BulkColumn } from '../../../platform/database/bulk';
import { int, instant, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { localDateIn } from '../../../platform/time/local-date';
import { Streaks } from './streaks';

const pageSize = 100;
const columns: BulkColumn[] = [
  { name: 'user_id', kind: 'int' },
  { name: 'local_date', kind: 'date' },
  { name: 'first_timezone', kind: 'char' },
  { name: 'last_timezone', kind: 'char' },
];

/** People whose imported totals do not have this application's own fields. No file contains their activity days. */
const peopleWithoutDaysSql = `SELECT p.user_id FROM users_userprogress p WHERE p.user_id IN (
    SELECT student_id FROM load_courses_lessoncompletion UNION SELECT student_id FROM load_courses_exercisesubmission
    UNION SELECT user_id FROM load_users_userprogress)
  AND NOT EXISTS (SELECT 1 FROM load_users_userprogress s WHERE s.user_id = p.user_id AND s.load_ours)`;

const nextPeopleSql = `SELECT user_id FROM load_foreigners WHERE user_id > $1 ORDER BY user_id LIMIT ${pageSize}`;

/** Computes activity days and streaks from imported completions and submissions, in the present time zone of each person. */
@Injectable()
export class ImportedActivityDays {
  constructor(
    private readonly database: Database,
    private readonly streaks: Streaks,
  ) {}

  async record(load: Loading): Promise<void> {
    const { types, dropOnCommitSql } = this.database.dialect.bulk;
    await load.run('CREATE INDEX load_users_userprogress_user ON load_users_userprogress (user_id)');
    await load.run('DROP TABLE IF EXISTS load_foreigners');
    await load.run(`CREATE TEMP TABLE load_foreigners (user_id ${types.int} PRIMARY KEY) ${dropOnCommitSql}`);
    await load.run(`INSERT INTO load_foreigners (user_id) ${peopleWithoutDaysSql}`);
    let peopleCount = 0;
    let changedCount = 0;
    let after = 0;
    for (;;) {
      const ids = (await load.rows({ user_id: int }, nextPeopleSql, [after])).map((row) => row.user_id);
      if (ids.length === 0) break;
      await this.insertDays(after, ids.at(-1) as number);
      changedCount += await this.streaks.recomputeOf(ids);
      peopleCount += ids.length;
      after = ids.at(-1) as number;
    }
    load.noteCount(
      peopleCount,
      (n) => `streaks of ${n} people were computed from their activity; ${changedCount} of them were changed`,
    );
  }

  private async insertDays(after: number, last: number): Promise<void> {
    const activities = await this.database.rows(
      { userId: int, at: instant, zone: text },
      `SELECT a.student_id AS "userId", a.at, s.timezone AS zone FROM (
         SELECT student_id, completed_at AS at FROM courses_lessoncompletion WHERE student_id > $1 AND student_id <= $2
         UNION SELECT student_id, submitted_at FROM courses_exercisesubmission WHERE student_id > $1 AND student_id <= $2
       ) AS a JOIN users_usersettings s ON s.user_id = a.student_id`,
      [after, last],
    );
    const days = new Map<string, [number, string, string, string]>();
    for (const { userId, at, zone } of activities) {
      const date = localDateIn(zone, at);
      days.set(`${userId} ${date}`, [userId, date, zone, zone]);
    }
    const rows = [...days.values()].sort(([one, first], [other, second]) => one - other || first.localeCompare(second));
    await this.database.insertMany(
      'progress_activityday',
      columns,
      rows,
      'ON CONFLICT (user_id, local_date) DO NOTHING',
    );
  }
}
