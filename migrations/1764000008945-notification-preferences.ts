import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  instant,
  int,
  json,
  key,
  oneOf,
  references,
  table,
  varchar,
} from '../src/platform/database/schema/schema';

/** How and when people want to be told. Who has no row has chosen nothing. */
const tables = [
  table(
    'notifications_preference',
    {
      user_id: key(bigint()),
      quiet_from: int({ nullable: true }),
      quiet_until: int({ nullable: true }),
      digest: varchar(12, { default: 'immediately' }),
      digest_hour: int({ default: 8 }),
      digest_weekday: int({ default: 1 }),
      choices: json(),
      updated_at: instant(),
    },
    oneOf('notifications_preference_digest_listed', 'digest', ['immediately', 'daily', 'weekly']),
    references('notifications_preference_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

export class NotificationPreferences1764000008945 implements MigrationInterface {
  name = 'NotificationPreferences1764000008945';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
