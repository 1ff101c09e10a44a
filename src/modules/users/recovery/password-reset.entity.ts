import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Reference, Varchar } from '../../../platform/database/entity';

/** A one-time link with which a person sets a new password. A used row is kept for as long as it holds the person's coins. */
@Entity('users_passwordreset')
@Unique('users_passwordreset_token', ['tokenHash'])
@Index('users_passwordreset_user', ['userId'])
export class PasswordReset {
  @Id() id: number;
  @Reference('User', 'users_passwordreset_user_fk', 'CASCADE') userId: number;
  /** The SHA-256 hash of the token, because a copy of the database must not contain usable tokens. */
  @Varchar(64) tokenHash: string;
  /** The administrator who created the link; null if an operator did at the command line. */
  @BigInteger({ nullable: true }) createdById: number | null;
  /** The address to which the link was mailed, so that its use proves the address. Empty if it was handed over in another way. */
  @Varchar(254, { default: '' }) mailedTo: string;
  @Instant() createdAt: Date;
  @Instant() expiresAt: Date;
  @Instant({ nullable: true }) usedAt: Date | null;
}
