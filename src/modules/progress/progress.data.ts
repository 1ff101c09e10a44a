import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { DataRules, Fields, ForeignModel, Loading, Page } from '../../platform/data/data-rules';
import { writeFloat, type ExactNumber } from '../../platform/data/exact-json';
import type { Snapshot } from '../../platform/database/bulk';
import { Clock } from '../../platform/time/clock';
import { ActivityOfHistory } from './streaks/activity-of-history';
import { GradingOfHistory } from './grades/grading-of-history';
import { adoptHandIn, releaseHandIns } from './submissions/hand-in-files';
import { ProgressRecount } from './learner/recount-everything';

const enrollment: ForeignModel = {
  label: 'courses.courseenrollment',
  table: 'courses_courseenrollment',
  fields: ['student', 'course', 'enrolled_at', 'completed', 'completion_date', 'progress_percentage', 'last_accessed'],
  importFields: (fields) => ({ ...fields, ...completionOf(fields) }),
  exportFields: exactPercentages,
};

const completion: ForeignModel = {
  label: 'courses.lessoncompletion',
  table: 'courses_lessoncompletion',
  fields: ['student', 'lesson', 'completed_at', 'score', 'time_spent_minutes', 'notes'],
};

const submission: ForeignModel = {
  label: 'courses.exercisesubmission',
  table: 'courses_exercisesubmission',
  fields: [
    ...['student', 'exercise', 'submission_data', 'score', 'max_score', 'submitted_at', 'graded_at', 'graded_by'],
    ...['feedback', 'attempt_number'],
  ],
  identity: ['student_id', 'exercise_id', 'submitted_at'],
  importFields: adoptHandIn,
  exportFields: releaseHandIns,
};

const totals: ForeignModel = {
  label: 'users.userprogress',
  table: 'users_userprogress',
  fields: [
    ...['user', 'total_courses_enrolled', 'total_courses_completed', 'total_lessons_completed'],
    ...['total_exercises_completed', 'average_score', 'streak_days', 'last_activity_date', 'achievements_earned'],
    ...['total_teocoins_earned', 'updated_at'],
  ],
  exportFields: handedIn,
};

/** `completed` says it; a date of completion goes with it, and never stands alone. */
function completionOf({ completed, completion_date: date, last_accessed: last }: Fields): Fields {
  if (completed !== true) return { completion_date: null };
  return { completion_date: date ?? last };
}

/** The other system shows percentages with their fraction; ours are rounded down. */
async function exactPercentages(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT e.id, CAST(100 * count(d.id) AS float8) / count(l.id) AS percent FROM courses_courseenrollment e
     JOIN courses_lesson l ON l.course_id = e.course_id AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL
     LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
     WHERE e.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY e.id`,
  );
  const percents = new Map(rows.map(({ id, percent }) => [Number(id), Number(percent)]));
  for (const { pk, fields } of records) {
    const exact = percents.get(pk as number) ?? 0;
    if (Math.floor(exact) === Number((fields.progress_percentage as ExactNumber).text))
      fields.progress_percentage = writeFloat(exact);
  }
}

/** The other system counts the exercises somebody has handed in; ours those they have passed. */
async function handedIn(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT p.id, count(DISTINCT w.exercise_id) AS handed_in FROM users_userprogress p
     JOIN courses_exercisesubmission w ON w.student_id = p.user_id
     WHERE p.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY p.id`,
  );
  const counts = new Map(rows.map((row) => [Number(row.id), Number(row.handed_in)]));
  for (const { pk, fields } of records) fields.total_exercises_completed = counts.get(pk as number) ?? 0;
}

/** What learners did, and what follows from it: percentages, results, streaks, totals. */
@Injectable()
export class ProgressData implements DataRules {
  readonly models = [enrollment, completion, submission, totals];

  constructor(
    registry: DataRegistry,
    private readonly recount: ProgressRecount,
    private readonly activity: ActivityOfHistory,
    private readonly grading: GradingOfHistory,
    private readonly clock: Clock,
  ) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    const label = 'courses.exercisesubmission';
    await load.refuseWhere(label, 's.score < 0 OR s.score > s.max_score', 'beyond what the exercise gives', 'score');
    await load.refuseWhere('courses.lessoncompletion', 's.time_spent_minutes < 0', 'negative', 'time_spent_minutes');
    if (!load.has(label)) return;
    await numberAttempts(load);
    if (load.merging) await numberAfterLiving(load);
    await this.grading.record(load);
  }

  async computeDerived(load: Loading): Promise<void> {
    const now = this.clock.now();
    await this.recount.start(load, now);
    await this.recount.judge(load);
    await this.recount.enrollments(load, now);
    await this.activity.record(load);
    await this.recount.totals(load);
  }
}

/** The other system does not keep numbers of attempts apart: where two are equal, they are numbered in the order of time. */
async function numberAttempts(load: Loading): Promise<void> {
  const stage = 'load_courses_exercisesubmission';
  const renumbered = await load.run(
    `UPDATE ${stage} SET attempt_number = v.place FROM (
       SELECT id, row_number() OVER (PARTITION BY student_id, exercise_id ORDER BY attempt_number, submitted_at, id) AS place
       FROM ${stage} WHERE (student_id, exercise_id) IN (
         SELECT student_id, exercise_id FROM ${stage}
         GROUP BY student_id, exercise_id HAVING count(*) <> count(DISTINCT attempt_number))) AS v
     WHERE v.id = ${stage}.id AND ${stage}.attempt_number <> v.place AND NOT load_ours`,
  );
  load.noteCount(
    renumbered,
    (n) => `courses.exercisesubmission: ${n} attempts had a number that was taken, and have the next`,
  );
}

/** Attempts that are added come after those that are there. */
async function numberAfterLiving(load: Loading): Promise<void> {
  const stage = 'load_courses_exercisesubmission';
  await load.run(
    `UPDATE ${stage} SET attempt_number = v.place FROM (
       SELECT s.id, w.last + row_number() OVER (PARTITION BY s.student_id, s.exercise_id
         ORDER BY s.attempt_number, s.submitted_at, s.id) AS place
       FROM ${stage} s JOIN (SELECT student_id, exercise_id, max(attempt_number) AS last
         FROM courses_exercisesubmission GROUP BY student_id, exercise_id) AS w
         ON w.student_id = s.student_id AND w.exercise_id = s.exercise_id) AS v
     WHERE v.id = ${stage}.id`,
  );
}
