import type { MigrationInterface, QueryRunner } from 'typeorm';
import { narrowToInt, widenToBigint } from '../src/platform/database/schema/schema-changes';

/** What a person has earned in all never falls, whatever they spend: it outgrows what one balance can hold. */
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
