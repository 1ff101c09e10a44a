import { Entity, Index, PrimaryColumn } from 'typeorm';
import { Instant, Int } from '../../../platform/database/entity';

/** Attempts at one login from one network since the last success; kept for an hour after the last one. */
@Entity('users_loginattempt')
@Index('users_loginattempt_free_at', ['freeAt'])
export class LoginAttempt {
  /** SHA-256 of what was typed as the login, in lower case: it need not be anybody's. */
  @PrimaryColumn('varchar', { name: 'login_hash', length: 64 }) loginHash: string;
  @PrimaryColumn('varchar', { name: 'network', length: 45 }) network: string;
  @Int() attempts: number;
  /** From when on another attempt is judged. */
  @Instant() freeAt: Date;
}
