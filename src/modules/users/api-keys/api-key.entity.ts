import { Entity, Index } from 'typeorm';
import { Id, Instant, Json, Reference, Varchar } from '../../../platform/database/entity';

/** A key with which a machine acts as the administrator who created it, within the scopes. */
@Entity('users_apikey')
@Index('users_apikey_user', ['userId'])
export class ApiKey {
  @Id() id: number;
  @Reference('User', 'users_apikey_user_fk', 'CASCADE') userId: number;
  /** SHA-256. A slow hash is not needed, because the secret has 256 random bits. */
  @Varchar(64) secretHash: string;
  @Varchar(60) name: string;
  @Json() scopes: object;
  @Instant() createdAt: Date;
  @Instant() expiresAt: Date;
  /** Written at most once an hour, because a write for each request would cost more than the request. */
  @Instant({ nullable: true }) lastUsedAt: Date | null;
  @Instant({ nullable: true }) revokedAt: Date | null;
}
