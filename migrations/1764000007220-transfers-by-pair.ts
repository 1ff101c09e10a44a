import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const index = new TableIndex({
  name: 'rewards_teocointransaction_sent',
  columnNames: ['user_id', 'recipient_id', 'created_at'],
  where: 'recipient_id IS NOT NULL',
});

/** How often one person gave to another today is asked before every transfer; only what was sent is written here. */
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
