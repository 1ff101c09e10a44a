import { Entity, Index, Unique } from 'typeorm';
import { attemptKinds, type AttemptKind } from '../nodes/attempt-kind';
import { Id, Instant, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';

/** A signed transaction, committed before it is sent: whatever is out there under our key, we know its hash. */
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
  /** When it was last handed to a node; null: never. */
  @Instant({ nullable: true }) sentAt: Date | null;
  /** What every node said when all of them refused it. */
  @Text({ default: '' }) refusal: string;
}
