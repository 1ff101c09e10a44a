import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  flag,
  id,
  index,
  instant,
  key,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'users_passkey',
    {
      id: id(),
      user_id: bigint(),
      credential_id: varchar(1_400),
      public_key: text(),
      counter: bigint({ default: 0 }),
      transports: varchar(100, { default: '' }),
      is_synced: flag({ default: false }),
      name: varchar(60),
      created_at: instant(),
      last_used_at: instant({ nullable: true }),
    },
    unique('users_passkey_credential', 'credential_id'),
    index('users_passkey_user', ['user_id']),
    references('users_passkey_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'users_passkeychallenge',
    { hash: key(varchar(64)), purpose: varchar(10), session_id: varchar(36, { default: '' }), expires_at: instant() },
    index('users_passkeychallenge_expires_at', ['expires_at']),
  ),
];

/** Passkeys, with which people sign in without a password, and the challenges that they sign. */
export class Passkeys1764000008820 implements MigrationInterface {
  name = 'Passkeys1764000008820';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
