import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const index = new TableIndex({
  name: 'rewards_teocointransaction_sent',
  columnNames: ['user_id', 'recipient_id', 'created_at'],
  where: 'recipient_id IS NOT NULL',
});

/** Adds an index for the count of today's transfers to the same recipient, which every transfer needs. It holds sent transfers only. */
export class TransfersByPair1764000007220 implements MigrationInterface {
  name = 'TransfersByPair1764000007220';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'rewards_teocointransaction', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, index);
  }
}
