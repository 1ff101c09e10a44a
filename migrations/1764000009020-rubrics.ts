import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  int,
  isPostgres,
  json,
  references,
  table,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'courses_rubric',
    {
      id: id(),
      owner_id: bigint(),
      title: varchar(200),
      criteria: json(),
      created_at: instant(),
      updated_at: instant(),
      version: int({ default: 1 }),
    },
    index('courses_rubric_owner', ['owner_id', 'id']),
    references('courses_rubric_owner_fk', 'owner_id', 'users_user', 'CASCADE'),
  ),
];

/**
 * Rubrics of teachers. An exercise has a copy of its criteria. What a person chose for a submission is stored with its grade, in
 * `grading` of the submission, and in the history of the grade.
 */
export class Rubrics1764000009020 implements MigrationInterface {
  name = 'Rubrics1764000009020';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    const type = isPostgres(runner) ? 'jsonb' : 'text';
    await runner.query(`ALTER TABLE courses_exercise ADD COLUMN rubric ${type}`);
    await runner.query(`ALTER TABLE progress_gradechange ADD COLUMN rubric_marks ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE progress_gradechange DROP COLUMN rubric_marks');
    await runner.query('ALTER TABLE courses_exercise DROP COLUMN rubric');
    await dropTables(runner, tables);
  }
}
