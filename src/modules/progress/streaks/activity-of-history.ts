import { Injectable } from '@nestjs/common';
import type { BulkColumn } from '../../../platform/database/bulk';
import { int, instant, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { localDateIn } from '../../../platform/time/local-date';
import { Streaks } from './streaks';

const peopleAtOnce = 100;
const columns: BulkColumn[] = [
  { name: 'user_id', kind: 'int' },
  { name: 'local_date', kind: 'date' },
  { name: 'first_timezone', kind: 'char' },
  { name: 'last_timezone', kind: 'char' },
];

/** People whose totals came without our own part: their days are in no file and follow from what they did. */
const foreigners = `SELECT p.user_id FROM users_userprogress p WHERE p.user_id IN (
    SELECT student_id FROM load_courses_lessoncompletion UNION SELECT student_id FROM load_courses_exercisesubmission
    UNION SELECT user_id FROM load_users_userprogress)
  AND NOT EXISTS (SELECT 1 FROM load_users_userprogress s WHERE s.user_id = p.user_id AND s.load_ours)`;

const nextPeople = `SELECT user_id FROM load_foreigners WHERE user_id > $1 ORDER BY user_id LIMIT ${peopleAtOnce}`;

/** The days on which people were active, from completions and hand-ins, in the time zone they have now; then their streaks. */
@Injectable()
export class ActivityOfHistory {
  constructor(
    private readonly database: Database,
    private readonly streaks: Streaks,
  ) {}

  async record(load: Loading): Promise<void> {
    const { types, dropOnCommitSql } = this.database.dialect.bulk;
    await load.run('CREATE INDEX load_users_userprogress_user ON load_users_userprogress (user_id)');
    await load.run('DROP TABLE IF EXISTS load_foreigners');
    await load.run(`CREATE TEMP TABLE load_foreigners (user_id ${types.int} PRIMARY KEY) ${dropOnCommitSql}`);
    await load.run(`INSERT INTO load_foreigners (user_id) ${foreigners}`);
    let [people, changed, after] = [0, 0, 0];
    for (;;) {
      const ids = (await load.rows({ user_id: int }, nextPeople, [after])).map((row) => row.user_id);
      if (ids.length === 0) break;
      await this.days(after, ids.at(-1) as number);
      changed += await this.streaks.recomputeOf(ids);
      people += ids.length;
      after = ids.at(-1) as number;
    }
    load.noteCount(
      people,
      (n) => `streaks of ${n} people were computed from what they did; ${changed} were new or other ones`,
    );
  }

  private async days(after: number, last: number): Promise<void> {
    const found = await this.database.rows(
      { userId: int, at: instant, zone: text },
      `SELECT a.student_id AS "userId", a.at, s.timezone AS zone FROM (
         SELECT student_id, completed_at AS at FROM courses_lessoncompletion WHERE student_id > $1 AND student_id <= $2
         UNION SELECT student_id, submitted_at FROM courses_exercisesubmission WHERE student_id > $1 AND student_id <= $2
       ) AS a JOIN users_usersettings s ON s.user_id = a.student_id`,
      [after, last],
    );
    const days = new Map<string, [number, string, string, string]>();
    for (const { userId, at, zone } of found) {
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
