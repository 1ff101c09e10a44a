import { Check, Entity, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Text, Varchar } from '../../../platform/database/entity';

/** The account that pays withdrawals, and its nonces. A nonce that was assigned to a withdrawal is never assigned again. */
@Entity('rewards_hot_wallet')
@Unique('rewards_hot_wallet_address', ['address'])
@Check('rewards_hot_wallet_nonces', '"first_nonce" <= "next_nonce" AND "final_nonce" <= "head_nonce"')
export class HotWallet {
  @Id() id: number;
  @Varchar(42) address: string;
  /** The next nonce of the account when the school began to use it. */
  @BigInteger() firstNonce: number;
  /** The nonce that the next withdrawal gets. */
  @BigInteger() nextNonce: number;
  /** The number of nonces that are used on the chain, at the head and at the final block. */
  @BigInteger() headNonce: number;
  @BigInteger() finalNonce: number;
  /** The wallet assigns no nonces and signs nothing from this time until an administrator resumes it. */
  @Instant({ nullable: true }) haltedAt: Date | null;
  @Text({ default: '' }) haltReason: string;
}
