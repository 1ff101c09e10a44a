import { Check, Entity, Index, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { rewardTypes, transactionTypes, typeIn, type TransactionType } from './transaction-types';

/**
 * The ledger: one row for each person and movement, only ever added (triggers refuse everything else but the blockchain mirror).
 * The sign follows from the type; the platform's side of a movement is implied by it.
 */
@Entity('rewards_teocointransaction')
@Unique('rewards_teocointransaction_sequence', ['userId', 'sequence'])
@Unique('rewards_teocointransaction_key', ['userId', 'idempotencyKey'])
@Unique('rewards_teocointransaction_reverses', ['reversesId'])
@Index(
  'rewards_teocointransaction_reward_once',
  ['userId', 'transactionType', 'relatedObjectType', 'relatedObjectId', 'rewardEpoch'],
  { unique: true, where: typeIn(rewardTypes) },
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
  /** Django's content type as its natural key, `courses.lesson`. */
  @Varchar(100, { nullable: true }) relatedObjectType: string | null;
  @BigInteger({ nullable: true }) relatedObjectId: number | null;
  @Varchar(66, { default: '' }) blockchainTxHash: string;
  @Flag({ default: false }) isBlockchainConfirmed: boolean;
  @Instant() createdAt: Date;
  /** 1, 2, 3 … for each person, without gap. */
  @BigInteger() sequence: number;
  @Int() balanceAfter: number;
  /** Shared by the legs of one operation. */
  @Varchar(36) operationId: string;
  @Varchar(255, { nullable: true }) idempotencyKey: string | null;
  @Varchar(64, { nullable: true }) requestHash: string | null;
  /** A "second season" in which a reward can be earned again, by explicit decision. */
  @Int({ default: 0 }) rewardEpoch: number;
  @Reference('TeocoinTransaction', 'rewards_teocointransaction_reverses_fk', 'RESTRICT', { nullable: true })
  reversesId: number | null;
  /** Who caused the movement where it was not the person: an administrator. */
  @Reference('User', 'rewards_teocointransaction_actor_fk', 'RESTRICT', { nullable: true }) actorId: number | null;
}
