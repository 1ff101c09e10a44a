import type { MigrationInterface, QueryRunner } from 'typeorm';
import { narrowToInt, widenToBigint } from '../src/platform/database/schema/schema-changes';

/** The total of earned coins never decreases, even when coins are spent, so it can exceed the maximum of a balance. */
export class WiderTotals1764000007200 implements MigrationInterface {
  name = 'WiderTotals1764000007200';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await widenToBigint(runner, 'users_userprogress', 'total_teocoins_earned');
  }

  async down(runner: QueryRunner): Promise<void> {
    await narrowToInt(runner, 'users_userprogress', 'total_teocoins_earned');
  }
}
