import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const index = new TableIndex({ name: 'rewards_teocointransaction_user', columnNames: ['user_id'] });

/** Drops an index that slowed down writes and is not needed, because the unique index on (user_id, sequence) serves the same queries. */
export class LedgerIndex1764000006700 implements MigrationInterface {
  name = 'LedgerIndex1764000006700';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'rewards_teocointransaction', index);
  }
}
