import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from '../src/platform/database/schema/schema';

export class WithdrawnCourseMessages1764000009050 implements MigrationInterface {
  name = 'WithdrawnCourseMessages1764000009050';

  async up(runner: QueryRunner): Promise<void> {
    const instantType = isPostgres(runner) ? 'timestamptz(3)' : 'datetime(3)';
    await runner.query(`ALTER TABLE notifications_coursemessage ADD COLUMN withdrawn_at ${instantType}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notifications_coursemessage DROP COLUMN withdrawn_at');
  }
}
