import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Reference, Text, Varchar } from '../../../platform/database/entity';

/** A key of a person on a phone, a computer or a security key (WebAuthn). The server has only the public half. */
@Entity('users_passkey')
@Unique('users_passkey_credential', ['credentialId'])
@Index('users_passkey_user', ['userId'])
export class Passkey {
  @Id() id: number;
  @Reference('User', 'users_passkey_user_fk', 'CASCADE') userId: number;
  /** At most 1,023 bytes (WebAuthn § 4), in base64url. */
  @Varchar(1_400) credentialId: string;
  /** COSE, in base64url. */
  @Text() publicKey: string;
  /** How often the authenticator has signed, as it says. A synced passkey always says 0. */
  @BigInteger({ default: 0 }) counter: number;
  /** How the browser reaches the authenticator, such as `internal,hybrid`. */
  @Varchar(100, { default: '' }) transports: string;
  @Flag({ default: false }) isSynced: boolean;
  @Varchar(60) name: string;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) lastUsedAt: Date | null;
}
