import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  int,
  json,
  oneOf,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** Mails that wait, were sent or failed, and the addresses that a mail server has refused. */
const tables = [
  table(
    'platform_mail',
    {
      id: id(),
      message_id: varchar(200),
      template: varchar(60),
      person_id: bigint({ nullable: true }),
      address: varchar(254),
      language: varchar(10),
      timezone: varchar(50),
      text_values: json(),
      priority: int(),
      status: varchar(10),
      attempts: int({ default: 0 }),
      created_at: instant(),
      due_at: instant(),
      expires_at: instant({ nullable: true }),
      sent_at: instant({ nullable: true }),
      last_error: text({ default: '' }),
    },
    unique('platform_mail_message_id', 'message_id'),
    index('platform_mail_due', ['priority', 'due_at', 'id'], "status = 'waiting'"),
    index('platform_mail_status', ['status', 'id']),
    oneOf('platform_mail_status_listed', 'status', ['waiting', 'sent', 'shown', 'failed', 'suppressed']),
  ),
  table(
    'platform_mailsuppression',
    { id: id(), address: varchar(254), reason: text(), created_at: instant() },
    unique('platform_mailsuppression_address', 'address'),
  ),
];

export class Mail1764000008700 implements MigrationInterface {
  name = 'Mail1764000008700';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
