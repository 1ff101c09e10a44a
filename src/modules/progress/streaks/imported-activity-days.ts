import { Injectable } from '@nestjs/common';
import type { BulkColumn } from '../../../platform/database/bulk';
import { int, instant, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { localDateIn } from '../../../platform/time/local-date';
import { Streaks } from './streaks';

const pageSize = 500;
const columns: BulkColumn[] = [
  { name: 'user_id', kind: 'int' },
  { name: 'local_date', kind: 'date' },
  { name: 'first_timezone', kind: 'char' },
  { name: 'last_timezone', kind: 'char' },
];

/** The people from records without this application's own fields. Such a file, from Django or for Django, has no activity days. */
const peopleWithoutDaysSql = `SELECT p.user_id FROM users_userprogress p WHERE p.user_id IN (
    SELECT student_id FROM load_courses_lessoncompletion UNION SELECT student_id FROM load_courses_exercisesubmission
    UNION SELECT user_id FROM load_users_userprogress)
  AND NOT EXISTS (SELECT 1 FROM load_users_userprogress s WHERE s.user_id = p.user_id AND s.load_ours)`;

type DayRow = [userId: number, localDate: string, firstTimezone: string, lastTimezone: string];

/** Sorts by user id and then by date. */
function compareDays([firstUserId, firstDate]: DayRow, [secondUserId, secondDate]: DayRow): number {
  return firstUserId - secondUserId || firstDate.localeCompare(secondDate);
}

const nextPeopleSql = `SELECT user_id FROM load_foreigners WHERE user_id > $1 ORDER BY user_id LIMIT ${pageSize}`;
const skipExistingDays = 'ON CONFLICT (user_id, local_date) DO NOTHING';

/** The ids of the people in pages, in ascending order. `afterId` is the last id of the page before. */
async function* pagesOfPeople(load: Loading): AsyncGenerator<{ afterId: number; userIds: number[] }> {
  let afterId = 0;
  for (;;) {
    const people = await load.rows({ user_id: int }, nextPeopleSql, [afterId]);
    if (people.length === 0) return;
    const userIds = people.map(({ user_id: userId }) => userId);
    yield { afterId, userIds };
    afterId = userIds.at(-1) as number;
  }
}

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
    const peopleCount = await load.number('SELECT count(*) AS n FROM load_foreigners');
    await load.fill('progress_activityday', peopleCount, async (isBare) => {
      for await (const { afterId, userIds } of pagesOfPeople(load))
        await this.insertDays(afterId, userIds.at(-1) as number, isBare ? '' : skipExistingDays);
    });
    let changedCount = 0;
    for await (const { userIds } of pagesOfPeople(load)) changedCount += await this.streaks.recomputeOf(userIds);
    load.noteCount(
      peopleCount,
      (count) => `streaks of ${count} people were computed from their activity; ${changedCount} of them were changed`,
    );
  }

  /** Inserts the activity days of the people with ids above `afterId` and up to `lastId`. */
  private async insertDays(afterId: number, lastId: number, suffix: string): Promise<void> {
    const activities = await this.database.rows(
      { userId: int, at: instant, zone: text },
      `SELECT a.student_id AS "userId", a.at, s.timezone AS zone FROM (
         SELECT student_id, completed_at AS at FROM courses_lessoncompletion WHERE student_id > $1 AND student_id <= $2
         UNION SELECT student_id, submitted_at FROM courses_exercisesubmission WHERE student_id > $1 AND student_id <= $2
       ) AS a JOIN users_usersettings s ON s.user_id = a.student_id`,
      [afterId, lastId],
    );
    const days = new Map<string, DayRow>();
    for (const { userId, at, zone } of activities) {
      const date = localDateIn(zone, at);
      days.set(`${userId} ${date}`, [userId, date, zone, zone]);
    }
    const rows = [...days.values()].sort(compareDays);
    await this.database.insertMany('progress_activityday', columns, rows, suffix);
  }
}
