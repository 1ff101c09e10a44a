import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeInBatches } from '../src/platform/database/schema/schema-changes';

/** Deletes the undelivered events of a handler that no longer exists (decision 0033). Without it they would become dead events. */
export class RemovedLessonNotifications1764000007820 implements MigrationInterface {
  name = 'RemovedLessonNotifications1764000007820';
  transaction = false;
  irreversible = 'The deleted events would only have caused notifications that are not sent any more';

  async up(runner: QueryRunner): Promise<void> {
    await changeInBatches(
      runner,
      (limit) => `DELETE FROM platform_outbox WHERE id IN (
         SELECT id FROM platform_outbox WHERE handler = 'NotifyWhenLessonCompleted' LIMIT ${limit})`,
    );
  }

  async down(): Promise<void> {}
}
