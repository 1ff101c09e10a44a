import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const pending = new TableIndex({
  name: 'courses_exercisesubmission_pending',
  columnNames: ['exercise_id', 'submitted_at', 'id'],
  where: "status = 'pending'",
});

/** Adds an index for the grading queues. It holds only the work that waits for a grade, so it stays small. */
export class PendingSubmissions1764000007810 implements MigrationInterface {
  name = 'PendingSubmissions1764000007810';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'courses_exercisesubmission', pending);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, pending);
  }
}
