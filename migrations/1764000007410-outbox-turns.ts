import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const where = 'dead_at IS NULL';
const byTurn = new TableIndex({ name: 'platform_outbox_turn', columnNames: ['turn', 'id'], where });
const byDueTime = new TableIndex({ name: 'platform_outbox_due', columnNames: ['due_at', 'id'], where });

/** Outbox rows are delivered in the order of the column `turn`, so an index on this column replaces the index on `due_at`. */
export class OutboxTurns1764000007410 implements MigrationInterface {
  name = 'OutboxTurns1764000007410';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'platform_outbox', byTurn);
    await dropIndex(runner, byDueTime);
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'platform_outbox', byDueTime);
    await dropIndex(runner, byTurn);
  }
}
