import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTables, dropTables, key, table, text, varchar } from '../src/platform/database/schema/schema';

/** Original values that an import changed, so that a dump can write them back. */
const tables = [
  table('platform_originalvalue', {
    model: key(varchar(100)),
    row_id: key(bigint()),
    field: key(varchar(100)),
    ours: text(),
    theirs: text(),
  }),
];

export class OriginalValues1764000007700 implements MigrationInterface {
  name = 'OriginalValues1764000007700';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
