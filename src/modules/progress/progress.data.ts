import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { DataRules, Fields, ForeignModel, Loading, Page } from '../../platform/data/data-rules';
import { writeFloat, type ExactNumber } from '../../platform/data/exact-json';
import type { Snapshot } from '../../platform/database/bulk';
import { Clock } from '../../platform/time/clock';
import { ImportedActivityDays } from './streaks/imported-activity-days';
import { ImportedGrading } from './grades/imported-grading';
import { exportHandIns, importHandIn } from './hand-in-conversion';
import { ImportedProgress } from './learner/imported-progress';

const enrollment: ForeignModel = {
  label: 'courses.courseenrollment',
  table: 'courses_courseenrollment',
  fields: ['student', 'course', 'enrolled_at', 'completed', 'completion_date', 'progress_percentage', 'last_accessed'],
  importFields: (fields) => ({ ...fields, ...toCompletionDate(fields) }),
  exportFields: exportExactPercentages,
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
    'student',
    'exercise',
    'submission_data',
    'score',
    'max_score',
    'submitted_at',
    'graded_at',
    'graded_by',
    'feedback',
    'attempt_number',
  ],
  identity: ['student_id', 'exercise_id', 'submitted_at'],
  importFields: importHandIn,
  exportFields: exportHandIns,
};

const learnerTotals: ForeignModel = {
  label: 'users.userprogress',
  table: 'users_userprogress',
  fields: [
    'user',
    'total_courses_enrolled',
    'total_courses_completed',
    'total_lessons_completed',
    'total_exercises_completed',
    'average_score',
    'streak_days',
    'last_activity_date',
    'achievements_earned',
    'total_teocoins_earned',
    'updated_at',
  ],
  exportFields: exportHandedInCounts,
};

/** The date is null if the course is not completed. If the date of a completed course is missing, the last access takes its place. */
function toCompletionDate({ completed, completion_date: date, last_accessed: lastAccessed }: Fields): Fields {
  if (completed !== true) return { completion_date: null };
  return { completion_date: date ?? lastAccessed };
}

/** Exports percentages with their fraction, because only this application rounds them down. */
async function exportExactPercentages(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT e.id, CAST(100 * count(d.id) AS float8) / count(l.id) AS percent FROM courses_courseenrollment e
     JOIN courses_lesson l ON l.course_id = e.course_id AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL
     LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
     WHERE e.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY e.id`,
  );
  const exactPercentById = new Map(rows.map(({ id, percent }) => [Number(id), Number(percent)]));
  for (const { pk, fields } of records) {
    const exactPercent = exactPercentById.get(pk as number) ?? 0;
    const storedPercent = Number((fields.progress_percentage as ExactNumber).text);
    if (Math.floor(exactPercent) === storedPercent) fields.progress_percentage = writeFloat(exactPercent);
  }
}

/** Exports the number of exercises that were handed in, because the other system counts these, and not the passed exercises. */
async function exportHandedInCounts(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT p.id, count(DISTINCT w.exercise_id) AS handed_in FROM users_userprogress p
     JOIN courses_exercisesubmission w ON w.student_id = p.user_id
     WHERE p.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)} GROUP BY p.id`,
  );
  const countById = new Map(rows.map((row) => [Number(row.id), Number(row.handed_in)]));
  for (const { pk, fields } of records) fields.total_exercises_completed = countById.get(pk as number) ?? 0;
}

/** Imports and exports the data of learners, and recomputes percentages, results, streaks and totals after an import. */
@Injectable()
export class ProgressData implements DataRules {
  readonly models = [enrollment, completion, submission, learnerTotals];

  constructor(
    registry: DataRegistry,
    private readonly importedProgress: ImportedProgress,
    private readonly activityDays: ImportedActivityDays,
    private readonly importedGrading: ImportedGrading,
    private readonly clock: Clock,
  ) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    const label = 'courses.exercisesubmission';
    await load.refuseWhere(
      label,
      's.score < 0 OR s.score > s.max_score',
      'must be between 0 and the maximum score',
      'score',
    );
    await load.refuseWhere(
      'courses.lessoncompletion',
      's.time_spent_minutes < 0',
      'must not be negative',
      'time_spent_minutes',
    );
    if (!load.merging) await this.importedProgress.recountStagedEnrollments(load, this.clock.now());
    if (!load.has(label)) return;
    await renumberDuplicateAttempts(load);
    if (load.merging) await numberAfterExistingAttempts(load);
    await this.importedProgress.setStagedStatus(load);
    await this.importedGrading.record(load);
  }

  async computeDerived(load: Loading): Promise<void> {
    const now = this.clock.now();
    await this.importedProgress.addMissingTotals(load, now);
    await this.importedProgress.recountResults(load);
    await this.importedProgress.recountEnrollments(load, now);
    await this.activityDays.record(load);
    await this.importedProgress.recountTotals(load);
  }
}

/** Renumbers attempts by their time if two have the same number, because the other system allows duplicate numbers. */
async function renumberDuplicateAttempts(load: Loading): Promise<void> {
  const stagingTable = 'load_courses_exercisesubmission';
  const renumberedCount = await load.run(
    `UPDATE ${stagingTable} SET attempt_number = v.place FROM (
       SELECT id, row_number() OVER (PARTITION BY student_id, exercise_id ORDER BY attempt_number, submitted_at, id) AS place
       FROM ${stagingTable} WHERE (student_id, exercise_id) IN (
         SELECT student_id, exercise_id FROM ${stagingTable}
         GROUP BY student_id, exercise_id HAVING count(*) <> count(DISTINCT attempt_number))) AS v
     WHERE v.id = ${stagingTable}.id AND ${stagingTable}.attempt_number <> v.place AND NOT load_ours`,
  );
  load.noteCount(
    renumberedCount,
    (count) => `courses.exercisesubmission: ${count} attempts had a duplicate number and were renumbered`,
  );
}

/** Gives imported attempts the numbers after those of the existing attempts. */
async function numberAfterExistingAttempts(load: Loading): Promise<void> {
  const stagingTable = 'load_courses_exercisesubmission';
  await load.run(
    `UPDATE ${stagingTable} SET attempt_number = v.place FROM (
       SELECT s.id, w.last + row_number() OVER (PARTITION BY s.student_id, s.exercise_id
         ORDER BY s.attempt_number, s.submitted_at, s.id) AS place
       FROM ${stagingTable} s JOIN (SELECT student_id, exercise_id, max(attempt_number) AS last
         FROM courses_exercisesubmission GROUP BY student_id, exercise_id) AS w
         ON w.student_id = s.student_id AND w.exercise_id = s.exercise_id) AS v
     WHERE v.id = ${stagingTable}.id`,
  );
}
