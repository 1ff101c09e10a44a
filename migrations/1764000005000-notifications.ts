import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  flag,
  id,
  index,
  instant,
  int,
  key,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The tables of notifications. */
const tables = [
  table(
    'notifications_notification',
    {
      id: id(),
      user_id: bigint(),
      title: varchar(200),
      message: text(),
      notification_type: varchar(50),
      related_object_type: varchar(100, { nullable: true }),
      related_object_id: bigint({ nullable: true }),
      is_read: flag({ default: false }),
      priority: varchar(10, { default: 'normal' }),
      action_url: varchar(200, { default: '' }),
      created_at: instant(),
      read_at: instant({ nullable: true }),
      dedupe_key: varchar(200, { nullable: true }),
    },
    unique('notifications_notification_once', 'user_id', 'dedupe_key'),
    index('notifications_notification_priority', ['priority']),
    index('notifications_notification_created_at', ['created_at']),
    index('notifications_notification_is_read', ['is_read']),
    index('notifications_notification_notification_type', ['notification_type']),
    index('notifications_notification_unread', ['user_id', 'id'], 'NOT is_read'),
    index('notifications_notification_user', ['user_id', 'id']),
    oneOf('notifications_notification_priority_listed', 'priority', ['low', 'normal', 'high', 'urgent']),
    references('notifications_notification_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'notifications_unreadcount',
    {
      user_id: key(bigint()),
      unread: int({ default: 0 }),
    },
    references('notifications_unreadcount_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

export class Notifications1764000005000 implements MigrationInterface {
  name = 'Notifications1764000005000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
