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
  key,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The tables of the platform: the outbox of events, leases, runs of jobs, and requests with an Idempotency-Key. */
const tables = [
  table(
    'platform_outbox',
    {
      id: id(),
      handler: varchar(100),
      event_type: varchar(100),
      payload: json(),
      attempts: int({ default: 0 }),
      created_at: instant(),
      due_at: instant(),
      dead_at: instant({ nullable: true }),
      last_error: text({ default: '' }),
    },
    index('platform_outbox_due', ['due_at', 'id'], 'dead_at IS NULL'),
  ),
  table('platform_lease', {
    name: key(varchar(100)),
    holder: varchar(100),
    token: bigint(),
    expires_at: instant(),
    slot: instant(),
  }),
  table(
    'platform_job_run',
    {
      id: id(),
      job: varchar(100),
      holder: varchar(100),
      started_at: instant(),
      finished_at: instant({ nullable: true }),
      outcome: varchar(10),
      report: json(),
      error: text({ default: '' }),
    },
    index('platform_job_run_job', ['job', 'started_at']),
    index('platform_job_run_running', ['job'], "outcome = 'running'"),
  ),
  table(
    'platform_idempotency',
    {
      id: id(),
      user_id: bigint(),
      key: varchar(255),
      request_hash: varchar(64),
      status: int({ nullable: true }),
      body: text({ nullable: true }),
      created_at: instant(),
    },
    unique('platform_idempotency_user_id_key', 'user_id', 'key'),
    index('platform_idempotency_created_at', ['created_at']),
  ),
];

export class Platform1764000000000 implements MigrationInterface {
  name = 'Platform1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
