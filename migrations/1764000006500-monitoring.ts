import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTables, dropTables, int, json, key, table, varchar } from '../src/platform/database/schema/schema';

/** Samples of the database, one each minute. They are stored so that plots over time survive a restart. */
const tables = [
  table('platform_sample', {
    source: key(varchar(100)),
    minute: key(int()),
    figures: json(),
  }),
];

export class Monitoring1764000006500 implements MigrationInterface {
  name = 'Monitoring1764000006500';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
