import { Check, Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, OneOf, Reference, Varchar } from '../../../platform/database/entity';

/**
 * `seen`: the block is not final yet. `unattributed`: the block is final, but the deposit is not credited, because nobody has linked the
 * sender or the balance would exceed its limit. `dust`: less than one coin, so that nothing can be credited.
 */
export const depositStates = ['seen', 'credited', 'unattributed', 'dust'] as const;
type DepositState = (typeof depositStates)[number];

/** A transfer of tokens to the treasury. It is credited once, when its block is final. */
@Entity('rewards_deposit')
@Unique('rewards_deposit_once', ['txHash', 'ordinal'])
@Unique('rewards_deposit_ledger', ['ledgerId'])
@Index('rewards_deposit_user', ['userId'])
@Index('rewards_deposit_seen', ['blockNumber'], { where: `state = 'seen'` })
@Index('rewards_deposit_unattributed', ['sender'], { where: `state = 'unattributed'` })
@OneOf('rewards_deposit_state_listed', 'state', depositStates)
@Check('rewards_deposit_credited', `("state" = 'credited') = ("ledger_id" IS NOT NULL)`)
@Check('rewards_deposit_final', `("state" = 'seen') = ("final_at" IS NULL)`)
export class Deposit {
  @Id() id: number;
  @Varchar(66) txHash: string;
  /** Position among the transfers to the treasury in the transaction, from 0. A reorganisation does not change it, unlike the index of a log. */
  @Int() ordinal: number;
  /** Lower case. */
  @Varchar(42) sender: string;
  @Varchar(78) units: string;
  /** `amount` is in whole TeoCoins. `dust` holds the 18 digits after the decimal point. */
  @BigInteger() amount: number;
  @Varchar(18) dust: string;
  @BigInteger() blockNumber: number;
  @Varchar(66) blockHash: string;
  @Varchar(12) state: DepositState;
  /** The person who has linked the sender. It may change until the deposit is credited. */
  @Reference('User', 'rewards_deposit_user_fk', 'RESTRICT', { nullable: true }) userId: number | null;
  @Reference('TeocoinTransaction', 'rewards_deposit_ledger_fk', 'RESTRICT', { nullable: true }) ledgerId: number | null;
  @Instant() seenAt: Date;
  @Instant({ nullable: true }) finalAt: Date | null;
}
