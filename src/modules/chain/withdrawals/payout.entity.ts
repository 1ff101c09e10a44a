import { Entity, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Reference, Varchar } from '../../../platform/database/entity';

/** A final transfer of tokens out of the treasury. If it has no withdrawal, it pays none as ordered. */
@Entity('rewards_payout')
@Unique('rewards_payout_once', ['txHash', 'ordinal'])
@Unique('rewards_payout_withdrawal', ['withdrawalId'])
export class Payout {
  @Id() id: number;
  @Varchar(66) txHash: string;
  /** Position among the transfers out of the treasury in the transaction, from 0. A reorganisation does not change it, unlike the index of a log. */
  @Int() ordinal: number;
  @Varchar(42) recipient: string;
  @Varchar(78) units: string;
  @BigInteger() blockNumber: number;
  @Varchar(66) blockHash: string;
  @Reference('Withdrawal', 'rewards_payout_withdrawal_fk', 'RESTRICT', { nullable: true }) withdrawalId: number | null;
  @Instant() finalAt: Date;
}
