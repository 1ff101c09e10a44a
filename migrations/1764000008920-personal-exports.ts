import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  date,
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

const tables = [
  table(
    'users_personalexport',
    {
      id: id(),
      user_id: bigint(),
      day: date(),
      status: varchar(10, { default: 'waiting' }),
      attempts: int({ default: 0 }),
      requested_at: instant(),
      expires_at: instant(),
      ready_at: instant({ nullable: true }),
      size_bytes: int({ default: 0 }),
      content: text({ default: '' }),
    },
    unique('users_personalexport_day', 'user_id', 'day'),
    index('users_personalexport_waiting', ['id'], "status = 'waiting'"),
    index('users_personalexport_expires_at', ['expires_at']),
    oneOf('users_personalexport_status_listed', 'status', ['waiting', 'ready', 'failed']),
    references('users_personalexport_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

/** Copies of their data that people asked for. */
export class PersonalExports1764000008920 implements MigrationInterface {
  name = 'PersonalExports1764000008920';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
