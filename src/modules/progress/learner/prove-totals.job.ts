import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { resultsOfLearnerSql, totalSqlByColumn } from './learner-totals-sql';

const percentSql = `SELECT CASE WHEN count(l.id) = 0 THEN 0 ELSE 100 * count(d.id) / count(l.id) END
  FROM courses_lesson l
  LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
  WHERE l.course_id = e.course_id AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL`;

const averageSql = `COALESCE(
  (SELECT avg(r.score_percent) FROM ${resultsOfLearnerSql} AND r.score_percent IS NOT NULL), 0)`;
const seatsTakenSql = `(SELECT count(*) FROM courses_courseenrollment e
  WHERE e.course_id = c.id AND e.left_at IS NULL)`;

/** For each stored value, a statement that counts the rows in which it differs from the value computed from other tables. */
const wrongCountSqlByName: Record<string, string> = {};
for (const [column, totalSql] of Object.entries(totalSqlByColumn))
  wrongCountSqlByName[column] = `SELECT count(*) AS "wrongCount" FROM users_userprogress p
    WHERE p.${column} <> ${totalSql}`;
wrongCountSqlByName.average_score = `SELECT count(*) AS "wrongCount" FROM users_userprogress p
  WHERE abs(p.average_score - ${averageSql}) > 0.000001`;
wrongCountSqlByName.progress_percentage = `SELECT count(*) AS "wrongCount" FROM courses_courseenrollment e
  WHERE e.progress_percentage <> (${percentSql})`;
wrongCountSqlByName.enrolled_count = `SELECT count(*) AS "wrongCount" FROM courses_course c
  WHERE c.enrolled_count <> ${seatsTakenSql}`;

/** Compares every stored total with the rows it is computed from, and repairs nothing (rule 19). */
@Injectable()
@Job({
  name: 'progress:prove-totals',
  cron: '50 3 * * *',
  summary: 'Compares the stored totals with the rows and reports differences',
})
export class ProveTotals implements RunnableJob {
  constructor(private readonly database: Database) {}

  /** @returns for each stored value, the number of rows in which it is wrong */
  async run(): Promise<JobReport> {
    const report: JobReport = {};
    for (const [name, wrongCountSql] of Object.entries(wrongCountSqlByName)) {
      const counted = await this.database.row({ wrongCount: int }, wrongCountSql);
      report[name] = counted?.wrongCount ?? 0;
    }
    return report;
  }
}
