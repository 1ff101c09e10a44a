import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  references,
  table,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'notifications_pushsubscription',
    {
      id: id(),
      user_id: bigint(),
      session_id: varchar(36),
      endpoint: varchar(2_000),
      endpoint_hash: varchar(64),
      p256dh: varchar(87),
      auth: varchar(22),
      name: varchar(60, { default: '' }),
      created_at: instant(),
    },
    unique('notifications_pushsubscription_endpoint', 'endpoint_hash'),
    index('notifications_pushsubscription_user', ['user_id']),
    index('notifications_pushsubscription_session', ['session_id']),
    references('notifications_pushsubscription_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

/** Browsers that get notifications as push messages. */
export class PushSubscriptions1764000008975 implements MigrationInterface {
  name = 'PushSubscriptions1764000008975';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
