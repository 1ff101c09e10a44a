import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { Seats } from '../../courses';
import { recountProgress } from '../enrollment/enrollment-progress';
import { gradePolicySql } from '../submissions/exercise-results';
import { totalSqlByColumn } from './learner-totals-sql';

const submissionTable = 'courses_exercisesubmission';
const isForeignSql = (alias: string): string =>
  `EXISTS (SELECT 1 FROM load_${submissionTable} s WHERE s.id = ${alias}.id AND NOT s.load_ours)`;

/** Recounts the stored totals after an import, because the other system computes some of them differently and lacks the others. */
@Injectable()
export class ImportedProgress {
  constructor(
    private readonly database: Database,
    private readonly seats: Seats,
  ) {}

  /** Adds a row of totals for each imported person who has none. */
  async addMissingTotals(load: Loading, now: Date): Promise<void> {
    const addedCount = await load.run(
      `INSERT INTO users_userprogress (user_id, updated_at) SELECT u.id, $1 FROM load_users_user u
       WHERE NOT EXISTS (SELECT 1 FROM users_userprogress p WHERE p.user_id = u.id) ORDER BY u.id`,
      [now],
    );
    load.noteCount(addedCount, (count) => `users.userprogress: ${count} people had no totals, empty totals were added`);
  }

  /**
   * Restricts a recount to records without this application's own fields, from Django or from a dump for Django. Rows from a dump in
   * our own format are recounted only if they are merged with existing rows.
   */
  private static recountConditionSql({ merging }: Loading): string {
    return merging ? '' : 'AND NOT s.load_ours';
  }

  /** Sets the status of submissions that have only a score, and the results of their exercises. */
  async recountResults(load: Loading): Promise<void> {
    if (!load.has('courses.exercisesubmission')) return;
    await load.run(
      `UPDATE ${submissionTable} SET status = CASE
         WHEN score IS NULL THEN 'pending'
         WHEN score * 100 >= x.passing_percent * ${submissionTable}.max_score THEN 'approved'
         WHEN attempt_number < x.attempts_allowed THEN 'needs_revision' ELSE 'rejected' END
       FROM courses_exercise x WHERE x.id = ${submissionTable}.exercise_id AND ${isForeignSql(submissionTable)}`,
    );
    const recountConditionSql = ImportedProgress.recountConditionSql(load);
    await load.run(
      `INSERT INTO progress_exerciseresult (student_id, exercise_id, attempts_used, passed_at, updated_at)
       SELECT w.student_id, w.exercise_id, max(w.attempt_number),
         min(CASE WHEN w.status = 'approved' THEN COALESCE(w.graded_at, w.submitted_at) END), max(w.submitted_at)
       FROM ${submissionTable} w WHERE EXISTS (SELECT 1 FROM load_${submissionTable} s
         WHERE s.student_id = w.student_id AND s.exercise_id = w.exercise_id ${recountConditionSql})
       GROUP BY w.student_id, w.exercise_id ORDER BY w.student_id, w.exercise_id
       ON CONFLICT (student_id, exercise_id) DO UPDATE SET attempts_used = excluded.attempts_used,
         passed_at = COALESCE(progress_exerciseresult.passed_at, excluded.passed_at), updated_at = excluded.updated_at`,
    );
    await this.setScores(load);
  }

  /** Sets the score that counts according to the grade policy of each exercise. */
  private async setScores(load: Loading): Promise<void> {
    const recountConditionSql = ImportedProgress.recountConditionSql(load);
    for (const [policy, { valueSql, orderSql }] of Object.entries(gradePolicySql))
      await load.run(
        `UPDATE progress_exerciseresult SET score_percent = (
           SELECT ${valueSql} FROM ${submissionTable} w WHERE w.student_id = progress_exerciseresult.student_id
             AND w.exercise_id = progress_exerciseresult.exercise_id AND score IS NOT NULL ${orderSql})
         FROM courses_exercise x WHERE x.id = progress_exerciseresult.exercise_id AND x.grade_policy = '${policy}'
           AND EXISTS (SELECT 1 FROM load_${submissionTable} s WHERE s.student_id = progress_exerciseresult.student_id
             AND s.exercise_id = progress_exerciseresult.exercise_id ${recountConditionSql})`,
      );
  }

  /** Recounts the percentages and the seats of every course in the files, with the statement that normal requests use. */
  async recountEnrollments(load: Loading, now: Date): Promise<void> {
    const labels = ['courses.courseenrollment', 'courses.lessoncompletion', 'courses.lesson'];
    if (!labels.some((label) => load.has(label))) return;
    const courses = await load.rows(
      { id: int },
      `SELECT id FROM courses_course WHERE id IN (SELECT course_id FROM load_courses_courseenrollment
         UNION SELECT course_id FROM load_courses_lesson UNION SELECT l.course_id FROM courses_lesson l
           JOIN load_courses_lessoncompletion d ON d.lesson_id = l.id) ORDER BY id`,
    );
    let changedCount = 0;
    for (const { id } of courses) {
      const changed = await recountProgress(this.database, id, now);
      changedCount += changed.length;
    }
    load.noteCount(
      changedCount,
      (count) => `courses.courseenrollment: ${count} percentages were recomputed and rounded down`,
    );
    const seatsTakenSql =
      '(SELECT count(*) FROM courses_courseenrollment e WHERE e.course_id = courses_course.id AND e.left_at IS NULL)';
    await this.seats.correctCounts(load, seatsTakenSql);
  }

  /** Corrects every stored total that differs from the rows it counts. */
  async recountTotals(load: Loading): Promise<void> {
    const assignments = Object.entries(totalSqlByColumn).map(([column, sql]) => `${column} = ${sql}`);
    const differences = Object.entries(totalSqlByColumn).map(([column, sql]) => `p.${column} <> ${sql}`);
    const changedCount = await load.run(
      `UPDATE users_userprogress AS p SET ${assignments.join(', ')} WHERE ${differences.join(' OR ')}`,
    );
    load.noteCount(changedCount, (count) => `users.userprogress: the totals of ${count} people were recomputed`);
    const averageSql = `COALESCE((SELECT avg(r.score_percent) FROM progress_exerciseresult r
      WHERE r.student_id = p.user_id AND r.score_percent IS NOT NULL), 0)`;
    const changedAverageCount = await load.run(
      `UPDATE users_userprogress AS p SET average_score = ${averageSql} WHERE abs(p.average_score - ${averageSql}) > 0.000001`,
    );
    load.noteCount(
      changedAverageCount,
      (count) => `users.userprogress: the average scores of ${count} people were recomputed`,
    );
  }
}
