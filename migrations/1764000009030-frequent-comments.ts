import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  int,
  references,
  table,
  text,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'progress_frequentcomment',
    {
      id: id(),
      owner_id: bigint(),
      text: text(),
      used_count: int({ default: 0 }),
      last_used_at: instant({ nullable: true }),
      created_at: instant(),
    },
    index('progress_frequentcomment_owner', ['owner_id', 'used_count', 'id']),
    references('progress_frequentcomment_owner_fk', 'owner_id', 'users_user', 'CASCADE'),
  ),
];

/** Comments that teachers write often. */
export class FrequentComments1764000009030 implements MigrationInterface {
  name = 'FrequentComments1764000009030';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
