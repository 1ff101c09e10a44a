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
  key,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

const address = () => varchar(42);
const hash = () => varchar(66);
/** A whole number of 10^-18 TeoCoins. The column holds text because neither engine can store integers of 256 bits exactly. */
const units = () => varchar(78);

/** The position up to which the chain was read, the identity of the chain, and the wallets that pay withdrawals. */
const following = [
  table('rewards_chain_cursor', {
    chain_id: key(bigint()),
    contract: address(),
    treasury: address(),
    opening_number: bigint(),
    opening_units: units(),
    final_number: bigint(),
    final_hash: hash(),
    treasury_units: units(),
    supply_units: units(),
    head_number: bigint(),
    head_hash: hash(),
    underfunded: flag({ default: false }),
    observed_at: instant(),
    faults: int({ default: 0 }),
    last_fault: text({ default: '' }),
  }),
  table('rewards_block', { number: key(bigint()), hash: hash(), parent_hash: hash() }),
  table(
    'rewards_hot_wallet',
    {
      id: id(),
      address: address(),
      first_nonce: bigint(),
      next_nonce: bigint(),
      head_nonce: bigint(),
      final_nonce: bigint(),
      halted_at: instant({ nullable: true }),
      halt_reason: text({ default: '' }),
    },
    unique('rewards_hot_wallet_address', 'address'),
    check('rewards_hot_wallet_nonces', '"first_nonce" <= "next_nonce" AND "final_nonce" <= "head_nonce"'),
  ),
];

const wallets = [
  table(
    'rewards_wallet',
    {
      id: id(),
      user_id: bigint(),
      address: address(),
      linked_at: instant(),
      unlinked_at: instant({ nullable: true }),
    },
    index('rewards_wallet_one_owner', ['address'], 'unlinked_at IS NULL', true),
    index('rewards_wallet_user', ['user_id']),
    references('rewards_wallet_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
  table(
    'rewards_wallet_challenge',
    {
      id: id(),
      user_id: bigint(),
      nonce: varchar(32),
      message: text(),
      issued_at: instant(),
      expires_at: instant(),
      used_at: instant({ nullable: true }),
    },
    unique('rewards_wallet_challenge_nonce', 'nonce'),
    index('rewards_wallet_challenge_user', ['user_id']),
    index('rewards_wallet_challenge_expires_at', ['expires_at']),
    references('rewards_wallet_challenge_user_fk', 'user_id', 'users_user', 'CASCADE'),
  ),
];

const states = ['reserved', 'signing', 'signed', 'broadcast', 'mined', 'confirmed', 'refunded', 'halted'];

const withdrawals = [
  table(
    'rewards_withdrawal',
    {
      id: id(),
      user_id: bigint(),
      address: address(),
      amount: int(),
      state: varchar(10),
      ledger_id: bigint(),
      refund_id: bigint({ nullable: true }),
      hot_wallet_id: bigint({ nullable: true }),
      nonce: bigint({ nullable: true }),
      cancelling: flag({ default: false }),
      tx_hash: varchar(66, { default: '' }),
      block_number: bigint({ nullable: true }),
      block_hash: varchar(66, { default: '' }),
      consumed_by: varchar(66, { default: '' }),
      reason: text({ default: '' }),
      requested_at: instant(),
      changed_at: instant(),
    },
    unique('rewards_withdrawal_ledger', 'ledger_id'),
    unique('rewards_withdrawal_refund', 'refund_id'),
    unique('rewards_withdrawal_nonce', 'hot_wallet_id', 'nonce'),
    index('rewards_withdrawal_user', ['user_id']),
    index('rewards_withdrawal_state', ['state', 'id']),
    index('rewards_withdrawal_tx_hash', ['tx_hash']),
    oneOf('rewards_withdrawal_state_listed', 'state', states),
    check('rewards_withdrawal_amount', '"amount" > 0'),
    check('rewards_withdrawal_nonce_owned', '("nonce" IS NULL) = ("hot_wallet_id" IS NULL)'),
    check('rewards_withdrawal_refunded', `("state" = 'refunded') = ("refund_id" IS NOT NULL)`),
    check(
      'rewards_withdrawal_nonce_from_signing',
      `("nonce" IS NULL AND "state" IN ('reserved', 'refunded')) OR ("nonce" IS NOT NULL AND "state" <> 'reserved')`,
    ),
    check('rewards_withdrawal_mined', `"state" NOT IN ('mined', 'confirmed') OR "block_number" IS NOT NULL`),
    references('rewards_withdrawal_user_fk', 'user_id', 'users_user', 'RESTRICT'),
    references('rewards_withdrawal_ledger_fk', 'ledger_id', 'rewards_teocointransaction', 'RESTRICT'),
    references('rewards_withdrawal_refund_fk', 'refund_id', 'rewards_teocointransaction', 'RESTRICT'),
    references('rewards_withdrawal_hot_wallet_fk', 'hot_wallet_id', 'rewards_hot_wallet', 'RESTRICT'),
  ),
  table(
    'rewards_withdrawal_attempt',
    {
      id: id(),
      withdrawal_id: bigint(),
      kind: varchar(12),
      tx_hash: hash(),
      raw: text(),
      max_fee: units(),
      priority_fee: units(),
      signed_at: instant(),
      sent_at: instant({ nullable: true }),
      refusal: text({ default: '' }),
    },
    unique('rewards_withdrawal_attempt_tx_hash', 'tx_hash'),
    index('rewards_withdrawal_attempt_withdrawal', ['withdrawal_id']),
    index('rewards_withdrawal_attempt_signed_at', ['signed_at']),
    oneOf('rewards_withdrawal_attempt_kind_listed', 'kind', ['payment', 'cancellation', 'found']),
    references('rewards_withdrawal_attempt_withdrawal_fk', 'withdrawal_id', 'rewards_withdrawal', 'RESTRICT'),
  ),
  table(
    'rewards_payout',
    {
      id: id(),
      tx_hash: hash(),
      ordinal: int(),
      recipient: address(),
      units: units(),
      block_number: bigint(),
      block_hash: hash(),
      withdrawal_id: bigint({ nullable: true }),
      final_at: instant(),
    },
    unique('rewards_payout_once', 'tx_hash', 'ordinal'),
    unique('rewards_payout_withdrawal', 'withdrawal_id'),
    references('rewards_payout_withdrawal_fk', 'withdrawal_id', 'rewards_withdrawal', 'RESTRICT'),
  ),
  table(
    'rewards_chain_decision',
    {
      id: id(),
      withdrawal_id: bigint({ nullable: true }),
      hot_wallet_id: bigint({ nullable: true }),
      action: varchar(12),
      reason: text(),
      actor_id: bigint(),
      decided_at: instant(),
    },
    index('rewards_chain_decision_withdrawal', ['withdrawal_id']),
    index('rewards_chain_decision_hot_wallet', ['hot_wallet_id']),
    index('rewards_chain_decision_actor', ['actor_id']),
    oneOf('rewards_chain_decision_action_listed', 'action', ['retry', 'cancel', 'refund', 'settle', 'halt', 'resume']),
    references('rewards_chain_decision_withdrawal_fk', 'withdrawal_id', 'rewards_withdrawal', 'RESTRICT'),
    references('rewards_chain_decision_hot_wallet_fk', 'hot_wallet_id', 'rewards_hot_wallet', 'RESTRICT'),
    references('rewards_chain_decision_actor_fk', 'actor_id', 'users_user', 'RESTRICT'),
  ),
];

/** Nonces for which an administrator has confirmed that no withdrawal of this application has used them. */
const foreign = [
  table(
    'rewards_foreign_nonce',
    { id: id(), hot_wallet_id: bigint(), nonce: bigint(), decision_id: bigint() },
    unique('rewards_foreign_nonce_once', 'hot_wallet_id', 'nonce'),
    index('rewards_foreign_nonce_decision', ['decision_id']),
    references('rewards_foreign_nonce_hot_wallet_fk', 'hot_wallet_id', 'rewards_hot_wallet', 'RESTRICT'),
    references('rewards_foreign_nonce_decision_fk', 'decision_id', 'rewards_chain_decision', 'RESTRICT'),
  ),
];

const deposits = [
  table(
    'rewards_deposit',
    {
      id: id(),
      tx_hash: hash(),
      ordinal: int(),
      sender: address(),
      units: units(),
      amount: bigint(),
      dust: varchar(18),
      block_number: bigint(),
      block_hash: hash(),
      state: varchar(12),
      user_id: bigint({ nullable: true }),
      ledger_id: bigint({ nullable: true }),
      seen_at: instant(),
      final_at: instant({ nullable: true }),
    },
    unique('rewards_deposit_once', 'tx_hash', 'ordinal'),
    unique('rewards_deposit_ledger', 'ledger_id'),
    index('rewards_deposit_user', ['user_id']),
    index('rewards_deposit_seen', ['block_number'], "state = 'seen'"),
    index('rewards_deposit_unattributed', ['sender'], "state = 'unattributed'"),
    oneOf('rewards_deposit_state_listed', 'state', ['seen', 'credited', 'unattributed', 'dust']),
    check('rewards_deposit_credited', `("state" = 'credited') = ("ledger_id" IS NOT NULL)`),
    check('rewards_deposit_final', `("state" = 'seen') = ("final_at" IS NULL)`),
    references('rewards_deposit_user_fk', 'user_id', 'users_user', 'RESTRICT'),
    references('rewards_deposit_ledger_fk', 'ledger_id', 'rewards_teocointransaction', 'RESTRICT'),
  ),
];

const tables = [...following, ...wallets, ...withdrawals, ...foreign, ...deposits];

export class Chain1764000006000 implements MigrationInterface {
  name = 'Chain1764000006000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
