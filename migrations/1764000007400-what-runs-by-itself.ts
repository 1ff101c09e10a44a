import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  index,
  instant,
  int,
  isPostgres,
  key,
  table,
  text,
  varchar,
} from '../src/platform/database/schema/schema';

/** The decisions of operators about undelivered events, and the state of each job. */
const tables = [
  table(
    'platform_outbox_decision',
    {
      id: id(),
      outbox_id: bigint(),
      handler: varchar(100),
      event_type: varchar(100),
      payload: text(),
      last_error: text(),
      decision: varchar(10),
      reason: varchar(500),
      decided_by: bigint({ nullable: true }),
      decided_at: instant(),
    },
    index('platform_outbox_decision_outbox', ['outbox_id']),
  ),
  table('platform_job', {
    job: key(varchar(100)),
    holder: varchar(100),
    started_at: instant(),
    finished_at: instant({ nullable: true }),
    outcome: varchar(10),
    error: text({ default: '' }),
    succeeded_at: instant({ nullable: true }),
    failures: bigint({ default: 0 }),
    failures_in_a_row: int({ default: 0 }),
  }),
];

export class WhatRunsByItself1764000007400 implements MigrationInterface {
  name = 'WhatRunsByItself1764000007400';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    const type = isPostgres(runner) ? 'int8' : 'integer';
    await runner.query(`ALTER TABLE "platform_outbox" ADD COLUMN "turn" ${type} NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "platform_outbox" DROP COLUMN "turn"');
    await dropTables(runner, tables);
  }
}
