import { Check, Entity, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Text, Varchar } from '../../../platform/database/entity';

/** The account that pays, and the count of its nonces: each belongs to one withdrawal for life. */
@Entity('rewards_hot_wallet')
@Unique('rewards_hot_wallet_address', ['address'])
@Check('rewards_hot_wallet_nonces', '"first_nonce" <= "next_nonce" AND "final_nonce" <= "head_nonce"')
export class HotWallet {
  @Id() id: number;
  @Varchar(42) address: string;
  /** The nonce the chain expected when we took the account over. */
  @BigInteger() firstNonce: number;
  /** The next to be given to a withdrawal. */
  @BigInteger() nextNonce: number;
  /** How many the chain has consumed at its head, and at the final block. */
  @BigInteger() headNonce: number;
  @BigInteger() finalNonce: number;
  /** Set: nothing is signed or given a nonce until a person has looked. */
  @Instant({ nullable: true }) haltedAt: Date | null;
  @Text({ default: '' }) haltReason: string;
}
