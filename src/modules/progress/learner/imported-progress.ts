import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { Seats } from '../../courses';
import { followingColumnsSql, isChangedSql, percentagesSql, recountProgress } from '../enrollment/enrollment-progress';
import { resultsSql } from '../submissions/exercise-results';
import { totalSqlByColumn } from './learner-totals-sql';

const submissionTable = 'courses_exercisesubmission';
const stagedTables = {
  enrollments: 'load_courses_courseenrollment',
  lessons: 'load_courses_lesson',
  completions: 'load_courses_lessoncompletion',
};
const toGradedExerciseSql = (table: string): string => `SELECT id, passing_percent, attempts_allowed FROM ${table}`;
const updateResultSql = `ON CONFLICT (student_id, exercise_id) DO UPDATE SET attempts_used = excluded.attempts_used,
  passed_at = COALESCE(progress_exerciseresult.passed_at, excluded.passed_at), updated_at = excluded.updated_at,
  score_percent = excluded.score_percent`;

function noteChangedPercentages(load: Loading, changedCount: number): void {
  load.noteCount(
    changedCount,
    (count) => `courses.courseenrollment: ${count} percentages were recomputed and rounded down`,
  );
}

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

  /** Sets the status of staged submissions that have only a score. In a merge, their exercises may be rows of this school. */
  async setStagedStatus(load: Loading): Promise<void> {
    const exercisesSql = load.merging
      ? `(${toGradedExerciseSql('load_courses_exercise')} UNION ALL ${toGradedExerciseSql('courses_exercise')})`
      : 'load_courses_exercise';
    await load.run(
      `UPDATE load_${submissionTable} SET status = CASE
         WHEN score IS NULL THEN 'pending'
         WHEN score * 100 >= x.passing_percent * load_${submissionTable}.max_score THEN 'approved'
         WHEN attempt_number < x.attempts_allowed THEN 'needs_revision' ELSE 'rejected' END
       FROM ${exercisesSql} AS x WHERE x.id = load_${submissionTable}.exercise_id AND NOT load_${submissionTable}.load_ours`,
    );
  }

  /** Computes the results of the exercises of the files. */
  async recountResults(load: Loading): Promise<void> {
    if (!load.has('courses.exercisesubmission')) return;
    const isLoadedSql = `EXISTS (SELECT 1 FROM load_${submissionTable} s
      WHERE s.student_id = w.student_id AND s.exercise_id = w.exercise_id ${ImportedProgress.recountConditionSql(load)})`;
    const stagedCount = await load.number(`SELECT count(*) AS n FROM load_${submissionTable}`);
    await load.fill('progress_exerciseresult', stagedCount, async (isBare) => {
      await load.run(
        `INSERT INTO progress_exerciseresult (student_id, exercise_id, attempts_used, passed_at, updated_at, score_percent)
         ${resultsSql(isLoadedSql)}
         ${isBare ? '' : updateResultSql}`,
      );
    });
  }

  /**
   * Recomputes the percentages of the staged enrolments. A row that breaks a constraint keeps its values, so that the database
   * refuses it.
   */
  async recountStagedEnrollments(load: Loading, now: Date): Promise<void> {
    if (!load.has('courses.courseenrollment')) return;
    const changedCount = await load.run(
      `UPDATE load_courses_courseenrollment SET progress_percentage = s.percent, ${followingColumnsSql('$1')}
       FROM (${percentagesSql(stagedTables, 'true')}) AS s
       WHERE load_courses_courseenrollment.id = s.id AND ${isChangedSql}
         AND progress_percentage BETWEEN 0 AND 100 AND completed = (completion_date IS NOT NULL)`,
      [now],
    );
    noteChangedPercentages(load, changedCount);
  }

  /** Recounts the seats of the courses in the files. A merge can also change the percentages of enrolments of this school. */
  async recountEnrollments(load: Loading, now: Date): Promise<void> {
    const labels = ['courses.courseenrollment', 'courses.lessoncompletion', 'courses.lesson'];
    if (!labels.some((label) => load.has(label))) return;
    if (load.merging) await this.recountCourses(load, now);
    const seatsTakenSql =
      '(SELECT count(*) FROM courses_courseenrollment e WHERE e.course_id = courses_course.id AND e.left_at IS NULL)';
    await this.seats.correctCounts(load, seatsTakenSql);
  }

  /** Recounts the percentages of every course in the files, with the statement that normal requests use. */
  private async recountCourses(load: Loading, now: Date): Promise<void> {
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
    noteChangedPercentages(load, changedCount);
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
