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
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** Files that people have uploaded, and objects of the store that belong to none. */
const tables = [
  table(
    'platform_storedfile',
    {
      id: id(),
      object_key: varchar(32),
      owner_id: bigint({ nullable: true }),
      purpose: varchar(40),
      state: varchar(10),
      content_type: varchar(40),
      size_bytes: bigint(),
      sha256: varchar(64),
      file_name: varchar(150),
      width: int({ nullable: true }),
      height: int({ nullable: true }),
      variants: json(),
      rejection: varchar(40, { default: '' }),
      thing_type: varchar(40, { nullable: true }),
      thing_id: bigint({ nullable: true }),
      problem: varchar(10, { default: '' }),
      created_at: instant(),
      attached_at: instant({ nullable: true }),
      expires_at: instant({ nullable: true }),
    },
    unique('platform_storedfile_object_key', 'object_key'),
    index('platform_storedfile_owner', ['owner_id', 'state']),
    index('platform_storedfile_state', ['state', 'size_bytes']),
    index('platform_storedfile_thing', ['thing_type', 'thing_id'], 'thing_id IS NOT NULL'),
    index('platform_storedfile_expiry', ['expires_at'], 'expires_at IS NOT NULL'),
    index('platform_storedfile_problem', ['id'], "problem <> ''"),
    oneOf('platform_storedfile_state_listed', 'state', ['received', 'clean', 'attached', 'rejected', 'removed']),
    oneOf('platform_storedfile_problem_listed', 'problem', ['', 'missing', 'changed']),
  ),
  table(
    'platform_strayobject',
    { id: id(), object_key: varchar(200), size_bytes: bigint(), found_at: instant() },
    unique('platform_strayobject_key', 'object_key'),
  ),
];

export class StoredFiles1764000009000 implements MigrationInterface {
  name = 'StoredFiles1764000009000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
