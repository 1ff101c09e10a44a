import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  float,
  id,
  index,
  instant,
  isPostgres,
  json,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'progress_heldgrade',
    {
      id: id(),
      submission_id: bigint(),
      score: float(),
      status: varchar(20),
      feedback: text({ default: '' }),
      grading: json(),
      reason: text({ default: '' }),
      graded_by_id: bigint({ nullable: true }),
      graded_at: instant(),
    },
    unique('progress_heldgrade_submission', 'submission_id'),
    index('progress_heldgrade_graded_at', ['graded_at']),
    index('progress_heldgrade_graded_by', ['graded_by_id'], 'graded_by_id IS NOT NULL'),
    oneOf('progress_heldgrade_status_listed', 'status', ['approved', 'needs_revision', 'rejected']),
    references('progress_heldgrade_submission_fk', 'submission_id', 'courses_exercisesubmission', 'CASCADE'),
    references('progress_heldgrade_graded_by_fk', 'graded_by_id', 'users_user', 'SET NULL'),
  ),
];

/** Grades that wait until the teacher releases all grades of the exercise. Until then their submissions are pending. */
export class HeldGrades1764000009025 implements MigrationInterface {
  name = 'HeldGrades1764000009025';

  async up(runner: QueryRunner): Promise<void> {
    const instantType = isPostgres(runner) ? 'timestamptz(3)' : 'datetime(3)';
    await runner.query(
      `ALTER TABLE courses_exercise ADD COLUMN grade_release varchar(10) NOT NULL DEFAULT 'immediate'
         CONSTRAINT "courses_exercise_grade_release_listed" CHECK ("grade_release" IN ('immediate', 'together'))`,
    );
    await runner.query(`ALTER TABLE courses_exercise ADD COLUMN grades_released_at ${instantType}`);
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
    await runner.query('ALTER TABLE courses_exercise DROP COLUMN grades_released_at');
    await runner.query('ALTER TABLE courses_exercise DROP COLUMN grade_release');
  }
}
