import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

/** The deliveries of a webhook endpoint are listed. Mails have no target, so the index does not contain them. */
const index = new TableIndex({
  name: 'notifications_delivery_target',
  columnNames: ['channel', 'target_id', 'id'],
  where: "target_id <> ''",
});

export class DeliveriesOfTarget1764000008971 implements MigrationInterface {
  name = 'DeliveriesOfTarget1764000008971';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'notifications_delivery', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, index);
  }
}
