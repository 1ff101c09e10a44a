import { Entity, PrimaryColumn, Unique } from 'typeorm';
import { BigInteger, Instant, Reference, Varchar } from '../../../../platform/database/entity';

/** An authenticator app of a person, which computes one-time codes. A person has at most one. */
@Entity('users_authenticator')
@Unique('users_authenticator_user', ['userId'])
export class Authenticator {
  @PrimaryColumn('varchar', { length: 36 }) id: string;
  @Reference('User', 'users_authenticator_user_fk', 'CASCADE') userId: number;
  /** Encrypted by `SealedSecrets`. */
  @Varchar(200) sealedSecret: string;
  /** The step of the last accepted code. Only later codes are accepted. */
  @BigInteger({ default: 0 }) lastStep: number;
  @Instant() createdAt: Date;
  /** Null until the person has proved with a code that the app has the secret. Until then it is no factor. */
  @Instant({ nullable: true }) confirmedAt: Date | null;
}
