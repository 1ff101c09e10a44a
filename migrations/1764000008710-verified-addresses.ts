import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  isPostgres,
  references,
  table,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** When people have proven their addresses. Nobody who was there before has, and neither have imported people. */
const tables = [
  table(
    'users_emailverification',
    {
      id: id(),
      user_id: bigint(),
      email: varchar(254),
      replaced_email: varchar(254),
      token_hash: varchar(64),
      created_at: instant(),
      expires_at: instant(),
    },
    unique('users_emailverification_token', 'token_hash'),
    index('users_emailverification_user', ['user_id']),
    references('users_emailverification_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

export class VerifiedAddresses1764000008710 implements MigrationInterface {
  name = 'VerifiedAddresses1764000008710';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    const instantType = isPostgres(runner) ? 'timestamptz(3)' : 'datetime(3)';
    await runner.query(`ALTER TABLE users_user ADD COLUMN email_verified_at ${instantType}`);
    await runner.query("ALTER TABLE users_passwordreset ADD COLUMN mailed_to varchar(254) NOT NULL DEFAULT ''");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users_passwordreset DROP COLUMN mailed_to');
    await runner.query('ALTER TABLE users_user DROP COLUMN email_verified_at');
    await dropTables(runner, tables);
  }
}
