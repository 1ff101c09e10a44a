import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { recount } from '../enrollment/enrollment-progress';
import { counted } from '../submissions/exercise-results';
import { totals } from './learner-totals-sql';

const submissions = 'courses_exercisesubmission';
const isForeign = (alias: string): string =>
  `EXISTS (SELECT 1 FROM load_${submissions} s WHERE s.id = ${alias}.id AND NOT s.load_ours)`;

/** After rows came from elsewhere: everything that is stored and follows from them, for those that came without it. */
@Injectable()
export class ProgressRecount {
  constructor(private readonly database: Database) {}

  /** Everybody has a row of totals. */
  async start(load: Loading, now: Date): Promise<void> {
    const made = await load.run(
      `INSERT INTO users_userprogress (user_id, updated_at) SELECT u.id, $1 FROM load_users_user u
       WHERE NOT EXISTS (SELECT 1 FROM users_userprogress p WHERE p.user_id = u.id) ORDER BY u.id`,
      [now],
    );
    load.noteCount(made, (n) => `users.userprogress: ${n} people had none and were given one`);
  }

  /** Results of a dump of ours stand as they came, but where rows were added to those that are there. */
  private static recounted({ merging }: Loading): string {
    return merging ? '' : 'AND NOT s.load_ours';
  }

  /** Submissions that came with a score and no verdict; results of the exercises they belong to. */
  async judge(load: Loading): Promise<void> {
    if (!load.has('courses.exercisesubmission')) return;
    await load.run(
      `UPDATE ${submissions} SET status = CASE
         WHEN score IS NULL THEN 'pending'
         WHEN score * 100 >= x.passing_percent * ${submissions}.max_score THEN 'approved'
         WHEN attempt_number < x.attempts_allowed THEN 'needs_revision' ELSE 'rejected' END
       FROM courses_exercise x WHERE x.id = ${submissions}.exercise_id AND ${isForeign(submissions)}`,
    );
    const recounted = ProgressRecount.recounted(load);
    await load.run(
      `INSERT INTO progress_exerciseresult (student_id, exercise_id, attempts_used, passed_at, updated_at)
       SELECT w.student_id, w.exercise_id, max(w.attempt_number),
         min(CASE WHEN w.status = 'approved' THEN COALESCE(w.graded_at, w.submitted_at) END), max(w.submitted_at)
       FROM ${submissions} w WHERE EXISTS (SELECT 1 FROM load_${submissions} s
         WHERE s.student_id = w.student_id AND s.exercise_id = w.exercise_id ${recounted})
       GROUP BY w.student_id, w.exercise_id ORDER BY w.student_id, w.exercise_id
       ON CONFLICT (student_id, exercise_id) DO UPDATE SET attempts_used = excluded.attempts_used,
         passed_at = COALESCE(progress_exerciseresult.passed_at, excluded.passed_at), updated_at = excluded.updated_at`,
    );
    await this.scores(load);
  }

  /** By the policy of each exercise. */
  private async scores(load: Loading): Promise<void> {
    const recounted = ProgressRecount.recounted(load);
    for (const [policy, { value, order }] of Object.entries(counted))
      await load.run(
        `UPDATE progress_exerciseresult SET score_percent = (
           SELECT ${value} FROM ${submissions} w WHERE w.student_id = progress_exerciseresult.student_id
             AND w.exercise_id = progress_exerciseresult.exercise_id AND score IS NOT NULL ${order})
         FROM courses_exercise x WHERE x.id = progress_exerciseresult.exercise_id AND x.grade_policy = '${policy}'
           AND EXISTS (SELECT 1 FROM load_${submissions} s WHERE s.student_id = progress_exerciseresult.student_id
             AND s.exercise_id = progress_exerciseresult.exercise_id ${recounted})`,
      );
  }

  /** Percentages and seats of every course the file touches, by the statement that keeps them from day to day. */
  async enrollments(load: Loading, now: Date): Promise<void> {
    if (!['courses.courseenrollment', 'courses.lessoncompletion', 'courses.lesson'].some((label) => load.has(label)))
      return;
    const courses = await load.rows(
      { id: int },
      `SELECT id FROM courses_course WHERE id IN (SELECT course_id FROM load_courses_courseenrollment
         UNION SELECT course_id FROM load_courses_lesson UNION SELECT l.course_id FROM courses_lesson l
           JOIN load_courses_lessoncompletion d ON d.lesson_id = l.id) ORDER BY id`,
    );
    let changed = 0;
    for (const { id } of courses) changed += (await recount(this.database, id, now)).length;
    load.noteCount(changed, (n) => `courses.courseenrollment: ${n} percentages were computed again, rounded down`);
    const seats =
      '(SELECT count(*) FROM courses_courseenrollment e WHERE e.course_id = courses_course.id AND e.left_at IS NULL)';
    await load.run(`UPDATE courses_course SET enrolled_count = ${seats} WHERE enrolled_count <> ${seats}`);
  }

  /** Of those who came without our own part of them, and of those whose rows moved them. */
  async totals(load: Loading): Promise<void> {
    const set = Object.entries(totals).map(([column, truth]) => `${column} = ${truth}`);
    const differs = Object.entries(totals).map(([column, truth]) => `p.${column} <> ${truth}`);
    const changed = await load.run(
      `UPDATE users_userprogress AS p SET ${set.join(', ')} WHERE ${differs.join(' OR ')}`,
    );
    load.noteCount(changed, (n) => `users.userprogress: totals of ${n} people were counted from the rows`);
    const average = `COALESCE((SELECT avg(r.score_percent) FROM progress_exerciseresult r
      WHERE r.student_id = p.user_id AND r.score_percent IS NOT NULL), 0)`;
    const moved = await load.run(
      `UPDATE users_userprogress AS p SET average_score = ${average} WHERE abs(p.average_score - ${average}) > 0.000001`,
    );
    load.noteCount(moved, (n) => `users.userprogress: average scores of ${n} people were computed again`);
  }
}
