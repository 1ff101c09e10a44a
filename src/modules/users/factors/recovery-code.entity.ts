import { Entity, Unique } from 'typeorm';
import { Id, Instant, Reference, Varchar } from '../../../platform/database/entity';

/** Replaces the second factor once, for a person who has lost it. */
@Entity('users_recoverycode')
@Unique('users_recoverycode_once', ['userId', 'codeHash'])
export class RecoveryCode {
  @Id() id: number;
  @Reference('User', 'users_recoverycode_user_fk', 'CASCADE') userId: number;
  /** SHA-256. A slow hash is not needed, because a code has 120 random bits. */
  @Varchar(64) codeHash: string;
  @Instant({ nullable: true }) usedAt: Date | null;
}
