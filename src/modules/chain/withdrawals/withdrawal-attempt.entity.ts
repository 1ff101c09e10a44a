import { Entity, Index, Unique } from 'typeorm';
import { attemptKinds, type AttemptKind } from '../nodes/attempt-kind';
import { Id, Instant, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';

/** A signed transaction. The row is committed before the transaction is sent, so that the school knows the hash of every transaction that may be on the chain. */
@Entity('rewards_withdrawal_attempt')
@Unique('rewards_withdrawal_attempt_tx_hash', ['txHash'])
@Index('rewards_withdrawal_attempt_withdrawal', ['withdrawalId'])
@Index('rewards_withdrawal_attempt_signed_at', ['signedAt'])
@OneOf('rewards_withdrawal_attempt_kind_listed', 'kind', attemptKinds)
export class WithdrawalAttempt {
  @Id() id: number;
  @Reference('Withdrawal', 'rewards_withdrawal_attempt_withdrawal_fk', 'RESTRICT') withdrawalId: number;
  @Varchar(12) kind: AttemptKind;
  @Varchar(66) txHash: string;
  @Text() raw: string;
  /** Wei for each unit of gas. */
  @Varchar(78) maxFee: string;
  @Varchar(78) priorityFee: string;
  @Instant() signedAt: Date;
  /** The time when the transaction was last sent to a node. Null if it was never sent. */
  @Instant({ nullable: true }) sentAt: Date | null;
  /** The errors of the nodes, if all of them refused the transaction. */
  @Text({ default: '' }) refusal: string;
}
