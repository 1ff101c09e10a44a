import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  json,
  oneOf,
  references,
  table,
  text,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'notifications_webhookendpoint',
    {
      id: id(),
      url: varchar(2_000),
      description: varchar(200, { default: '' }),
      types: json({ nullable: true }),
      sealed_secret: text(),
      previous_sealed_secret: text({ nullable: true }),
      previous_secret_expires_at: instant({ nullable: true }),
      created_by_id: bigint({ nullable: true }),
      created_at: instant(),
      deactivated_at: instant({ nullable: true }),
      deactivation_reason: varchar(20, { nullable: true }),
    },
    oneOf('notifications_webhookendpoint_reason_listed', 'deactivation_reason', ['administrator', 'gone']),
    index('notifications_webhookendpoint_created_by', ['created_by_id']),
    references('notifications_webhookendpoint_user_fk', 'created_by_id', 'users_user', 'SET NULL'),
  ),
];

/** Other systems of the school, which get notifications as signed requests. */
export class WebhookEndpoints1764000008970 implements MigrationInterface {
  name = 'WebhookEndpoints1764000008970';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
