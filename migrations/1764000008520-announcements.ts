import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  instant,
  int,
  oneOf,
  table,
  text,
  varchar,
} from '../src/platform/database/schema/schema';

/** Announcements, so that administrators can list and withdraw them. Those that were sent before are not in the table. */
const tables = [
  table(
    'notifications_announcement',
    {
      id: id(),
      title: varchar(200),
      message: text(),
      audience: varchar(10),
      recipients: int(),
      dedupe_key: varchar(200),
      created_by_id: bigint(),
      created_at: instant(),
      withdrawn_at: instant({ nullable: true }),
    },
    oneOf('notifications_announcement_audience_listed', 'audience', ['all', 'students', 'teachers']),
  ),
];

export class Announcements1764000008520 implements MigrationInterface {
  name = 'Announcements1764000008520';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
