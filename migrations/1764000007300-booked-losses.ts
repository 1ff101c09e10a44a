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
  text,
  unique,
} from '../src/platform/database/schema/schema';

/** Coins that left the treasury and are booked as a loss, with the reason that an administrator gave. */
const tables = [
  table(
    'rewards_payout_booking',
    { id: id(), payout_id: bigint(), reason: text(), actor_id: bigint(), booked_at: instant() },
    unique('rewards_payout_booking_payout', 'payout_id'),
    index('rewards_payout_booking_actor', ['actor_id']),
    references('rewards_payout_booking_payout_fk', 'payout_id', 'rewards_payout', 'RESTRICT'),
    references('rewards_payout_booking_actor_fk', 'actor_id', 'users_user', 'RESTRICT'),
  ),
];

export class BookedLosses1764000007300 implements MigrationInterface {
  name = 'BookedLosses1764000007300';

  /** The columns are added with SQL because TypeORM's table API would rebuild the whole table on SQLite. */
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    const whole = isPostgres(runner) ? 'bigint' : 'integer';
    await runner.query(`ALTER TABLE "rewards_chain_cursor" ADD COLUMN "waits_from" ${whole}`);
    await runner.query(`ALTER TABLE "rewards_chain_cursor" ADD COLUMN "waits_for" varchar(10) NOT NULL DEFAULT ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "rewards_chain_cursor" DROP COLUMN "waits_for"');
    await runner.query('ALTER TABLE "rewards_chain_cursor" DROP COLUMN "waits_from"');
    await dropTables(runner, tables);
  }
}
