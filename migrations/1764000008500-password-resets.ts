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

/** One-time links with which people set a new password. A used link also holds their outgoing coins for a day. */
const tables = [
  table(
    'users_passwordreset',
    {
      id: id(),
      user_id: bigint(),
      token_hash: varchar(64),
      created_by_id: bigint({ nullable: true }),
      created_at: instant(),
      expires_at: instant(),
      used_at: instant({ nullable: true }),
    },
    unique('users_passwordreset_token', 'token_hash'),
    index('users_passwordreset_user', ['user_id']),
    references('users_passwordreset_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

export class PasswordResets1764000008500 implements MigrationInterface {
  name = 'PasswordResets1764000008500';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
