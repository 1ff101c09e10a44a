import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Varchar } from '../../../platform/database/entity';

/** A link that proves an address. It is deleted when it is used, and with any change of the password. */
@Entity('users_emailverification')
@Unique('users_emailverification_token', ['tokenHash'])
@Index('users_emailverification_user', ['userId'])
export class EmailVerification {
  @Id() id: number;
  @Reference('User', 'users_emailverification_user_fk', 'CASCADE') userId: number;
  /** The address to which the link was mailed. */
  @Varchar(254) email: string;
  /** The address that it replaces; the same if the person verifies the present one. */
  @Varchar(254) replacedEmail: string;
  /** The SHA-256 hash of the token, because a copy of the database must not contain usable tokens. */
  @Varchar(64) tokenHash: string;
  @Instant() createdAt: Date;
  @Instant() expiresAt: Date;
}
