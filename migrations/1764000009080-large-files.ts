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
  unique,
} from '../src/platform/database/schema/schema';

/** What has arrived of large files that are sent in several requests. */
const tables = [
  table(
    'platform_fileupload',
    {
      id: id(),
      file_id: bigint(),
      received_bytes: bigint(),
      parts: json(),
      cleared_at: instant({ nullable: true }),
    },
    unique('platform_fileupload_file', 'file_id'),
    references('platform_fileupload_file_fk', 'file_id', 'platform_storedfile', 'CASCADE'),
    index('platform_fileupload_open', ['file_id'], 'cleared_at IS NULL'),
  ),
];

export class LargeFiles1764000009080 implements MigrationInterface {
  name = 'LargeFiles1764000009080';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
