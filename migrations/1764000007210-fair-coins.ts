import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  check,
  createTables,
  date,
  dropTables,
  id,
  index,
  instant,
  int,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** Rewards that were not paid, grants that wait for a second administrator, blocks between users, and unusual accounts. */
const tables = [
  table(
    'users_block',
    { id: id(), user_id: bigint(), blocked_id: bigint(), created_at: instant() },
    unique('users_block_once', 'user_id', 'blocked_id'),
    index('users_block_blocked', ['blocked_id']),
    check('users_block_not_oneself', '"user_id" <> "blocked_id"'),
    references('users_block_user_fk', 'user_id', 'users_user', 'CASCADE'),
    references('users_block_blocked_fk', 'blocked_id', 'users_user', 'CASCADE'),
  ),
  table(
    'rewards_unpaidreward',
    {
      id: id(),
      user_id: bigint(),
      related_object_type: varchar(100),
      related_object_id: bigint(),
      amount: int(),
      created_at: instant(),
    },
    unique('rewards_unpaidreward_once', 'user_id', 'related_object_type', 'related_object_id'),
    references('rewards_unpaidreward_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'rewards_staffgrant',
    {
      id: id(),
      kind: varchar(10),
      amount: int(),
      recipients: int(),
      reason: text(),
      state: varchar(10, { default: 'pending' }),
      requested_by_id: bigint(),
      requested_at: instant(),
      expires_at: instant(),
      decided_by_id: bigint({ nullable: true }),
      decided_at: instant({ nullable: true }),
      operation_id: varchar(36, { nullable: true }),
    },
    index('rewards_staffgrant_requested_by', ['requested_by_id']),
    index('rewards_staffgrant_decided_by', ['decided_by_id'], 'decided_by_id IS NOT NULL'),
    oneOf('rewards_staffgrant_kind_listed', 'kind', ['reward', 'adjustment']),
    oneOf('rewards_staffgrant_state_listed', 'state', ['pending', 'paid', 'declined']),
    check('rewards_staffgrant_amount_positive', '"amount" > 0'),
    check('rewards_staffgrant_by_another', `"state" <> 'paid' OR "decided_by_id" <> "requested_by_id"`),
    references('rewards_staffgrant_requested_by_fk', 'requested_by_id', 'users_user', 'RESTRICT'),
    references('rewards_staffgrant_decided_by_fk', 'decided_by_id', 'users_user', 'RESTRICT'),
  ),
  table(
    'rewards_staffgrantrecipient',
    { id: id(), grant_id: bigint(), user_id: bigint() },
    unique('rewards_staffgrantrecipient_once', 'grant_id', 'user_id'),
    index('rewards_staffgrantrecipient_user', ['user_id']),
    references('rewards_staffgrantrecipient_grant_fk', 'grant_id', 'rewards_staffgrant', 'CASCADE'),
    references('rewards_staffgrantrecipient_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'rewards_staffday',
    { id: id(), administrator_id: bigint(), day: date(), coins: bigint() },
    unique('rewards_staffday_once', 'administrator_id', 'day'),
    references('rewards_staffday_administrator_fk', 'administrator_id', 'users_user', 'CASCADE'),
  ),
  table(
    'rewards_unusualaccount',
    { id: id(), user_id: bigint(), kind: varchar(20), figure: bigint(), first_seen_at: instant(), seen_at: instant() },
    unique('rewards_unusualaccount_once', 'user_id', 'kind'),
    index('rewards_unusualaccount_seen', ['seen_at']),
    oneOf('rewards_unusualaccount_kind_listed', 'kind', ['fast_earner', 'gathering_purse']),
    references('rewards_unusualaccount_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

const reveals = ['after_pass', 'after_last_attempt', 'after_closing'].map((one) => `'${one}'`).join(', ');

export class FairCoins1764000007210 implements MigrationInterface {
  name = 'FairCoins1764000007210';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    // A column with a constant default is added without rewriting the rows.
    await runner.query(
      `ALTER TABLE courses_exercise ADD COLUMN reveal_results varchar(20) NOT NULL DEFAULT 'after_pass'
       CONSTRAINT "courses_exercise_reveal_listed" CHECK ("reveal_results" IN (${reveals}))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE courses_exercise DROP COLUMN reveal_results');
    await dropTables(runner, tables);
  }
}
