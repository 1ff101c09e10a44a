import { Entity, Index, PrimaryColumn } from 'typeorm';
import { Instant, Varchar } from '../../../platform/database/entity';

/** A random text that a passkey signs once. Only its SHA-256 hash is stored. */
@Entity('users_passkeychallenge')
@Index('users_passkeychallenge_expires_at', ['expiresAt'])
export class PasskeyChallenge {
  @PrimaryColumn('varchar', { length: 64 }) hash: string;
  @Varchar(10) purpose: 'enrolment' | 'proof';
  /** The session that asked for it; empty for a sign-in. */
  @Varchar(36, { default: '' }) sessionId: string;
  @Instant() expiresAt: Date;
}
