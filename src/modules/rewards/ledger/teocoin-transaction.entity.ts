import { Check, Entity, Index, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { rewardTypes, transactionTypes, typeInSql, type TransactionType } from './transaction-types';

/**
 * The ledger has one row for each movement of one person. Rows are only added: triggers refuse a delete and any update, except of
 * the two blockchain columns, and except that the message of a transfer can be emptied. The type decides the sign. The school's side of a movement has no row, because the type implies it.
 */
@Entity('rewards_teocointransaction')
@Unique('rewards_teocointransaction_sequence', ['userId', 'sequence'])
@Unique('rewards_teocointransaction_key', ['userId', 'idempotencyKey'])
@Unique('rewards_teocointransaction_reverses', ['reversesId'])
@Index(
  'rewards_teocointransaction_reward_once',
  ['userId', 'transactionType', 'relatedObjectType', 'relatedObjectId', 'rewardEpoch'],
  { unique: true, where: typeInSql(rewardTypes) },
)
@Index('rewards_teocointransaction_type', ['transactionType'])
@Index('rewards_teocointransaction_created_at', ['createdAt'])
@Index('rewards_teocointransaction_hash', ['blockchainTxHash'])
@Index('rewards_teocointransaction_recipient', ['recipientId'])
@Index('rewards_teocointransaction_sent', ['userId', 'recipientId', 'createdAt'], { where: 'recipient_id IS NOT NULL' })
@Index('rewards_teocointransaction_operation', ['operationId'])
@OneOf('rewards_teocointransaction_type_listed', 'transaction_type', transactionTypes)
@Check('positive_amount', '"amount" > 0')
@Check(
  'rewards_teocointransaction_recipient_when_sent',
  `("transaction_type" = 'transfer_sent') = ("recipient_id" IS NOT NULL) AND ("recipient_id" IS NULL OR "recipient_id" <> "user_id")`,
)
@Check('rewards_teocointransaction_hash_length', `"blockchain_tx_hash" = '' OR length("blockchain_tx_hash") = 66`)
@Check('rewards_teocointransaction_confirmed', `NOT "is_blockchain_confirmed" OR "blockchain_tx_hash" <> ''`)
@Check('rewards_teocointransaction_balance', '"balance_after" >= 0')
@Check('rewards_teocointransaction_sequence_positive', '"sequence" > 0')
@Index('rewards_teocointransaction_actor', ['actorId'], { where: 'actor_id IS NOT NULL' })
export class TeocoinTransaction {
  @Id() id: number;
  @Reference('User', 'rewards_teocointransaction_user_fk', 'RESTRICT') userId: number;
  @Varchar(30) transactionType: TransactionType;
  /** Whole TeoCoins, always positive. */
  @Int() amount: number;
  @Text() description: string;
  @Reference('User', 'rewards_teocointransaction_recipient_fk', 'RESTRICT', { nullable: true }) recipientId:
    number | null;
  /** The natural key of Django's content type, for example `courses.lesson`. */
  @Varchar(100, { nullable: true }) relatedObjectType: string | null;
  @BigInteger({ nullable: true }) relatedObjectId: number | null;
  @Varchar(66, { default: '' }) blockchainTxHash: string;
  @Flag({ default: false }) isBlockchainConfirmed: boolean;
  @Instant() createdAt: Date;
  /** 1, 2, 3 … for each person, without a gap. */
  @BigInteger() sequence: number;
  @Int() balanceAfter: number;
  /** The same in all rows of one operation. */
  @Varchar(36) operationId: string;
  @Varchar(255, { nullable: true }) idempotencyKey: string | null;
  @Varchar(64, { nullable: true }) requestHash: string | null;
  /** The same reward can be earned once in each epoch. Epoch 0 is the default. */
  @Int({ default: 0 }) rewardEpoch: number;
  @Reference('TeocoinTransaction', 'rewards_teocointransaction_reverses_fk', 'RESTRICT', { nullable: true })
  reversesId: number | null;
  /** The administrator who caused the movement; otherwise null. */
  @Reference('User', 'rewards_teocointransaction_actor_fk', 'RESTRICT', { nullable: true }) actorId: number | null;
}
