import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  isPostgres,
  key,
  references,
  table,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** Second factors of accounts, their recovery codes, and sign-ins that wait for the second factor. */
const tables = [
  table(
    'users_authenticator',
    {
      id: key(varchar(36)),
      user_id: bigint(),
      sealed_secret: varchar(200),
      last_step: bigint({ default: 0 }),
      created_at: instant(),
      confirmed_at: instant({ nullable: true }),
    },
    unique('users_authenticator_user', 'user_id'),
    references('users_authenticator_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'users_recoverycode',
    { id: id(), user_id: bigint(), code_hash: varchar(64), used_at: instant({ nullable: true }) },
    unique('users_recoverycode_once', 'user_id', 'code_hash'),
    references('users_recoverycode_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'users_signinchallenge',
    { hash: key(varchar(64)), user_id: bigint(), expires_at: instant() },
    index('users_signinchallenge_user', ['user_id']),
    index('users_signinchallenge_expires_at', ['expires_at']),
    references('users_signinchallenge_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

export class SecondFactors1764000008800 implements MigrationInterface {
  name = 'SecondFactors1764000008800';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    const type = isPostgres(runner) ? 'timestamptz(3)' : 'datetime(3)';
    await runner.query(`ALTER TABLE users_session ADD COLUMN proven_at ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users_session DROP COLUMN proven_at');
    await dropTables(runner, tables);
  }
}
