import { Entity, Index, PrimaryColumn } from 'typeorm';
import { Instant, Reference } from '../../../platform/database/entity';

/** A sign-in whose password was right and that waits for the second factor. Only the SHA-256 hash of the challenge is stored. */
@Entity('users_signinchallenge')
@Index('users_signinchallenge_user', ['userId'])
@Index('users_signinchallenge_expires_at', ['expiresAt'])
export class SignInChallenge {
  @PrimaryColumn('varchar', { length: 64 }) hash: string;
  @Reference('User', 'users_signinchallenge_user_fk', 'CASCADE') userId: number;
  @Instant() expiresAt: Date;
}
