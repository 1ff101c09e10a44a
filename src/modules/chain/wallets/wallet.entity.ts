import { Entity, Index } from 'typeorm';
import { Id, Instant, Reference, Varchar } from '../../../platform/database/entity';

/** An address (in lower case) whose key a person has proved to have. An address is linked to at most one person at a time. */
@Entity('rewards_wallet')
@Index('rewards_wallet_one_owner', ['address'], { unique: true, where: 'unlinked_at IS NULL' })
@Index('rewards_wallet_user', ['userId'])
export class Wallet {
  @Id() id: number;
  @Reference('User', 'rewards_wallet_user_fk', 'CASCADE') userId: number;
  @Varchar(42) address: string;
  @Instant() linkedAt: Date;
  @Instant({ nullable: true }) unlinkedAt: Date | null;
}
