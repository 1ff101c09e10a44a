import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Varchar } from '../../../platform/database/entity';

/**
 * A person who has asked to leave. Until `leftAt` is set they come back by signing in, and the row is deleted. Afterwards nothing
 * personal is left, and the row stays.
 */
@Entity('users_departure')
@Unique('users_departure_user', ['userId'])
@Index('users_departure_due', ['dueAt'], { where: 'left_at IS NULL' })
@Index('users_departure_email', ['emailHash'], { where: 'email_hash IS NOT NULL' })
export class Departure {
  @Id() id: number;
  @Reference('User', 'users_departure_user_fk', 'CASCADE') userId: number;
  @Instant() requestedAt: Date;
  /** The end of the cool-off. */
  @Instant() dueAt: Date;
  @Instant({ nullable: true }) leftAt: Date | null;
  /** A keyed hash of the address, with which nobody can register again. */
  @Varchar(64, { nullable: true }) emailHash: string | null;
}

/** A condition on a row of `users_user`: the account is open, or its owner is leaving and comes back by signing in. */
export const canSignInSql = (alias: string): string =>
  `(${alias}.is_active OR EXISTS (SELECT 1 FROM users_departure d WHERE d.user_id = ${alias}.id AND d.left_at IS NULL))`;
