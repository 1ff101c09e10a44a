import { Entity, Index, PrimaryColumn } from 'typeorm';
import { Instant, Int } from '../../../platform/database/entity';

/** Failures at one account from one network, a wider one, or `*`: everywhere; kept for an hour after the last one. */
@Entity('users_loginattempt')
@Index('users_loginattempt_free_at', ['freeAt'])
export class LoginAttempt {
  /** SHA-256 of what the password was for, and of the account that was found or, where there is none, of what was typed. */
  @PrimaryColumn('varchar', { name: 'login_hash', length: 64 }) loginHash: string;
  @PrimaryColumn('varchar', { name: 'network', length: 45 }) network: string;
  @Int() attempts: number;
  /** From when on another attempt is judged. */
  @Instant() freeAt: Date;
}
