import { Entity, Index, PrimaryColumn } from 'typeorm';
import { Instant, Int } from '../../../platform/database/entity';

/**
 * Counts failed attempts at one account from a network, a wider network, or `*` (all networks). The row is kept for an hour
 * after the last failure.
 */
@Entity('users_loginattempt')
@Index('users_loginattempt_free_at', ['freeAt'])
export class LoginAttempt {
  /** SHA-256 of the purpose of the password and the id of the account, or the entered login if no account was found. */
  @PrimaryColumn('varchar', { name: 'login_hash', length: 64 }) loginHash: string;
  @PrimaryColumn('varchar', { name: 'network', length: 45 }) network: string;
  @Int() attempts: number;
  /** No further attempt is accepted before this time. The row of `*` never makes attempts wait. */
  @Instant() freeAt: Date;
}
