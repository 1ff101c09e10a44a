import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Text, Varchar } from '../../../platform/database/entity';

/** A message (EIP-4361) that one person can sign and use once before it expires. */
@Entity('rewards_wallet_challenge')
@Unique('rewards_wallet_challenge_nonce', ['nonce'])
@Index('rewards_wallet_challenge_user', ['userId'])
@Index('rewards_wallet_challenge_expires_at', ['expiresAt'])
export class WalletChallenge {
  @Id() id: number;
  @Reference('User', 'rewards_wallet_challenge_user_fk', 'CASCADE') userId: number;
  @Varchar(32) nonce: string;
  @Text() message: string;
  @Instant() issuedAt: Date;
  @Instant() expiresAt: Date;
  @Instant({ nullable: true }) usedAt: Date | null;
}
