import { Entity, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Reference, Varchar } from '../../../platform/database/entity';

/** A final transfer of tokens out of the treasury; without a withdrawal it is one we did not order. */
@Entity('rewards_payout')
@Unique('rewards_payout_once', ['txHash', 'ordinal'])
@Unique('rewards_payout_withdrawal', ['withdrawalId'])
export class Payout {
  @Id() id: number;
  @Varchar(66) txHash: string;
  /** Among the token's transfers out of the treasury in this transaction: stable where a log's index is not. */
  @Int() ordinal: number;
  @Varchar(42) recipient: string;
  @Varchar(78) units: string;
  @BigInteger() blockNumber: number;
  @Varchar(66) blockHash: string;
  @Reference('Withdrawal', 'rewards_payout_withdrawal_fk', 'RESTRICT', { nullable: true }) withdrawalId: number | null;
  @Instant() finalAt: Date;
}
