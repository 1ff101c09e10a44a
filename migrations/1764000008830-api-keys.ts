import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  json,
  references,
  table,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'users_apikey',
    {
      id: id(),
      user_id: bigint(),
      secret_hash: varchar(64),
      name: varchar(60),
      scopes: json(),
      created_at: instant(),
      expires_at: instant(),
      last_used_at: instant({ nullable: true }),
      revoked_at: instant({ nullable: true }),
    },
    index('users_apikey_user', ['user_id']),
    references('users_apikey_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

/** Keys with which machines of a school call the API. */
export class ApiKeys1764000008830 implements MigrationInterface {
  name = 'ApiKeys1764000008830';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
