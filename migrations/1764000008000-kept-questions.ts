import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  int,
  json,
  references,
  table,
  unique,
} from '../src/platform/database/schema/schema';

/**
 * Keeps the questions of an exercise that students have answered, when its teacher changes them. A submission names the version of the
 * exercise that it answers. An older submission has version 0, which is the first version that is kept, or the present one.
 */
const tables = [
  table(
    'courses_exerciseversion',
    { id: id(), exercise_id: bigint(), until_version: int(), content: json(), answer_key: json() },
    unique('courses_exerciseversion_once', 'exercise_id', 'until_version'),
    references('courses_exerciseversion_exercise_fk', 'exercise_id', 'courses_exercise', 'CASCADE'),
  ),
];

export class KeptQuestions1764000008000 implements MigrationInterface {
  name = 'KeptQuestions1764000008000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    await runner.query('ALTER TABLE courses_exercisesubmission ADD COLUMN exercise_version integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE courses_exercisesubmission DROP COLUMN exercise_version');
    await dropTables(runner, tables);
  }
}
