import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  int,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** Deliveries of notifications outside the application: by e-mail, web push and webhooks. */
const tables = [
  table(
    'notifications_delivery',
    {
      id: id(),
      notification_id: bigint(),
      user_id: bigint(),
      channel: varchar(20),
      target_id: varchar(100, { default: '' }),
      priority: int(),
      status: varchar(10, { default: 'waiting' }),
      due_at: instant(),
      attempts: int({ default: 0 }),
      next_attempt_at: instant(),
      last_error: text({ default: '' }),
      created_at: instant(),
      finished_at: instant({ nullable: true }),
    },
    unique('notifications_delivery_once', 'notification_id', 'channel', 'target_id'),
    index('notifications_delivery_due', ['channel', 'priority', 'next_attempt_at', 'id'], "status = 'waiting'"),
    index('notifications_delivery_waiting', ['user_id', 'channel'], "status = 'waiting'"),
    index('notifications_delivery_failed', ['channel', 'id'], "status = 'failed'"),
    oneOf('notifications_delivery_status_listed', 'status', ['waiting', 'sent', 'failed', 'skipped']),
    references('notifications_delivery_notification_fk', 'notification_id', 'notifications_notification', 'CASCADE'),
  ),
];

export class NotificationDeliveries1764000008940 implements MigrationInterface {
  name = 'NotificationDeliveries1764000008940';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
