import { Entity, Index, PrimaryColumn } from 'typeorm';
import { Instant, Reference, Varchar } from '../../../platform/database/entity';

/** A sign-in on one device. Its refresh token is `id.secret`; only the SHA-256 hash of the secret is stored. */
@Entity('users_session')
@Index('users_session_user', ['userId'])
@Index('users_session_expires_at', ['expiresAt'])
export class Session {
  @PrimaryColumn('varchar', { length: 36 }) id: string;
  @Reference('User', 'users_session_user_fk', 'CASCADE') userId: number;
  @Varchar(64) secretHash: string;
  /** Accepted from the same device for two seconds after a rotation because the response with the new token may be lost. */
  @Varchar(64, { default: '' }) previousHash: string;
  @Instant() createdAt: Date;
  @Instant() rotatedAt: Date;
  @Instant() expiresAt: Date;
  /** When the person last proved in this session who they are: at sign-in, and at each re-authentication. */
  @Instant({ nullable: true }) provenAt: Date | null;
  @Instant({ nullable: true }) revokedAt: Date | null;
  @Varchar(20, { default: '' }) revokedWhy: string;
  /** A hash of the network and the user agent of the last rotation. */
  @Varchar(64, { default: '' }) rotatedBy: string;
  @Varchar(200, { default: '' }) userAgent: string;
  @Varchar(45, { default: '' }) address: string;
  /** The name that the person gave the device, or empty. */
  @Varchar(60, { default: '' }) name: string;
  /** The address of the last refresh; empty before the first. */
  @Varchar(45, { default: '' }) lastAddress: string;
}
