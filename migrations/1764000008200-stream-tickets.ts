import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  index,
  instant,
  key,
  table,
  varchar,
} from '../src/platform/database/schema/schema';

/** Tickets that open an event stream without an Authorization header. */
const tables = [
  table(
    'platform_streamticket',
    {
      hash: key(varchar(64)),
      user_id: bigint(),
      session_id: varchar(36),
      expires_at: instant(),
    },
    index('platform_streamticket_expires_at', ['expires_at']),
  ),
];

export class StreamTickets1764000008200 implements MigrationInterface {
  name = 'StreamTickets1764000008200';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
