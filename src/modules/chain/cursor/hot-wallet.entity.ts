import { Check, Entity, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Text, Varchar } from '../../../platform/database/entity';

/** The account that pays, and its nonces. A nonce that was assigned to a withdrawal is never assigned again. */
@Entity('rewards_hot_wallet')
@Unique('rewards_hot_wallet_address', ['address'])
@Check('rewards_hot_wallet_nonces', '"first_nonce" <= "next_nonce" AND "final_nonce" <= "head_nonce"')
export class HotWallet {
  @Id() id: number;
  @Varchar(42) address: string;
  /** The next nonce on the chain when the school began to use the account. */
  @BigInteger() firstNonce: number;
  /** The nonce that the next withdrawal gets. */
  @BigInteger() nextNonce: number;
  /** How many nonces are used on the chain, at the head and at the final block. */
  @BigInteger() headNonce: number;
  @BigInteger() finalNonce: number;
  /** While it is set, no nonce is assigned and nothing is signed. An administrator resumes the wallet. */
  @Instant({ nullable: true }) haltedAt: Date | null;
  @Text({ default: '' }) haltReason: string;
}
