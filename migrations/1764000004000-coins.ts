import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  check,
  createTables,
  dropTables,
  flag,
  id,
  index,
  instant,
  int,
  isPostgres,
  json,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The ledger of TeoCoins, which triggers keep append-only, and the achievements. */
const tables = [
  table(
    'rewards_teocointransaction',
    {
      id: id(),
      user_id: bigint(),
      transaction_type: varchar(30),
      amount: int(),
      description: text(),
      recipient_id: bigint({ nullable: true }),
      related_object_type: varchar(100, { nullable: true }),
      related_object_id: bigint({ nullable: true }),
      blockchain_tx_hash: varchar(66, { default: '' }),
      is_blockchain_confirmed: flag({ default: false }),
      created_at: instant(),
      sequence: bigint(),
      balance_after: int(),
      operation_id: varchar(36),
      idempotency_key: varchar(255, { nullable: true }),
      request_hash: varchar(64, { nullable: true }),
      reward_epoch: int({ default: 0 }),
      reverses_id: bigint({ nullable: true }),
      actor_id: bigint({ nullable: true }),
    },
    index('rewards_teocointransaction_actor', ['actor_id'], 'actor_id IS NOT NULL'),
    unique('rewards_teocointransaction_reverses', 'reverses_id'),
    unique('rewards_teocointransaction_key', 'user_id', 'idempotency_key'),
    unique('rewards_teocointransaction_sequence', 'user_id', 'sequence'),
    index('rewards_teocointransaction_operation', ['operation_id']),
    index('rewards_teocointransaction_recipient', ['recipient_id']),
    index('rewards_teocointransaction_hash', ['blockchain_tx_hash']),
    index('rewards_teocointransaction_created_at', ['created_at']),
    index('rewards_teocointransaction_type', ['transaction_type']),
    index('rewards_teocointransaction_user', ['user_id']),
    index(
      'rewards_teocointransaction_reward_once',
      ['user_id', 'transaction_type', 'related_object_type', 'related_object_id', 'reward_epoch'],
      "transaction_type IN ('earned_lesson', 'earned_exercise', 'earned_course', 'earned_achievement', 'streak_bonus')",
      true,
    ),
    check('rewards_teocointransaction_sequence_positive', '"sequence" > 0'),
    check('rewards_teocointransaction_balance', '"balance_after" >= 0'),
    check('rewards_teocointransaction_confirmed', `NOT "is_blockchain_confirmed" OR "blockchain_tx_hash" <> ''`),
    check('rewards_teocointransaction_hash_length', `"blockchain_tx_hash" = '' OR length("blockchain_tx_hash") = 66`),
    check(
      'rewards_teocointransaction_recipient_when_sent',
      `("transaction_type" = 'transfer_sent') = ("recipient_id" IS NOT NULL) AND ("recipient_id" IS NULL OR "recipient_id" <> "user_id")`,
    ),
    check('positive_amount', '"amount" > 0'),
    oneOf('rewards_teocointransaction_type_listed', 'transaction_type', [
      'earned_lesson',
      'earned_exercise',
      'earned_course',
      'earned_achievement',
      'transfer_sent',
      'transfer_received',
      'manual_reward',
      'bulk_reward',
      'admin_adjustment_credit',
      'admin_adjustment_debit',
      'streak_bonus',
      'spent',
      'refund',
      'withdrawal',
      'withdrawal_refund',
      'deposit',
      'reversal_credit',
      'reversal_debit',
      'forfeiture',
    ]),
    references('rewards_teocointransaction_user_fk', 'user_id', 'users_user', 'RESTRICT'),
    references('rewards_teocointransaction_recipient_fk', 'recipient_id', 'users_user', 'RESTRICT'),
    references('rewards_teocointransaction_reverses_fk', 'reverses_id', 'rewards_teocointransaction', 'RESTRICT'),
    references('rewards_teocointransaction_actor_fk', 'actor_id', 'users_user', 'RESTRICT'),
  ),
  table(
    'rewards_achievement',
    {
      id: id(),
      user_id: bigint(),
      achievement_type: varchar(50),
      course_id: bigint({ nullable: true }),
      earned_at: instant(),
      progress: int({ default: 100 }),
      metadata: json(),
    },
    index('rewards_achievement_earned_at', ['earned_at']),
    index('rewards_achievement_course', ['course_id']),
    index('rewards_achievement_achievement_type', ['achievement_type']),
    index('rewards_achievement_user', ['user_id']),
    index(
      'rewards_achievement_once_per_course',
      ['user_id', 'achievement_type', 'course_id'],
      'course_id IS NOT NULL',
      true,
    ),
    index('rewards_achievement_once', ['user_id', 'achievement_type'], 'course_id IS NULL', true),
    check('rewards_achievement_progress_percent', '"progress" BETWEEN 0 AND 100'),
    references('rewards_achievement_user_fk', 'user_id', 'users_user', 'CASCADE'),
    references('rewards_achievement_course_fk', 'course_id', 'courses_course', 'CASCADE'),
  ),
];

/** Columns that no update may change: all except the two that hold the state on the blockchain. */
const frozen = [
  'id',
  'user_id',
  'transaction_type',
  'amount',
  'description',
  'recipient_id',
  'related_object_type',
  'related_object_id',
  'created_at',
  'sequence',
  'balance_after',
  'operation_id',
  'idempotency_key',
  'request_hash',
  'reward_epoch',
  'reverses_id',
  'actor_id',
];

/**
 * SQL condition that is true if an update changes a frozen column or withdraws a confirmation.
 * @param differs an operator that also detects a change from or to NULL, which <> does not
 */
function forbidden(differs: string): string {
  const changed = frozen.map((name) => `NEW.${name} ${differs} OLD.${name}`);
  const unconfirmed = `OLD.is_blockchain_confirmed AND NOT NEW.is_blockchain_confirmed`;
  const replaced = `OLD.is_blockchain_confirmed AND NEW.blockchain_tx_hash ${differs} OLD.blockchain_tx_hash`;
  return [...changed, `(${unconfirmed})`, `(${replaced})`].join(' OR ');
}

const refusal = 'rewards_teocointransaction is append-only';

const postgresLedger = [
  `CREATE FUNCTION rewards_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION '${refusal}' USING ERRCODE = 'restrict_violation'; END $$`,
  `CREATE TRIGGER rewards_ledger_update BEFORE UPDATE ON rewards_teocointransaction
   FOR EACH ROW WHEN (${forbidden('IS DISTINCT FROM')}) EXECUTE FUNCTION rewards_refuse_ledger_change()`,
  `CREATE TRIGGER rewards_ledger_delete BEFORE DELETE ON rewards_teocointransaction
   FOR EACH ROW EXECUTE FUNCTION rewards_refuse_ledger_change()`,
  `CREATE TRIGGER rewards_ledger_truncate BEFORE TRUNCATE ON rewards_teocointransaction
   FOR EACH STATEMENT EXECUTE FUNCTION rewards_refuse_ledger_change()`,
];

const sqliteLedger = [
  `CREATE TRIGGER rewards_ledger_update BEFORE UPDATE ON rewards_teocointransaction
   WHEN ${forbidden('IS NOT')} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
  `CREATE TRIGGER rewards_ledger_delete BEFORE DELETE ON rewards_teocointransaction
   BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
];

export class Coins1764000004000 implements MigrationInterface {
  name = 'Coins1764000004000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    for (const statement of isPostgres(runner) ? postgresLedger : sqliteLedger) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) await runner.query('DROP FUNCTION rewards_refuse_ledger_change() CASCADE');
    await dropTables(runner, tables);
  }
}
