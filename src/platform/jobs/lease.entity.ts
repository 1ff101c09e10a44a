import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Instant, Varchar } from '../database/entity';

/** Who may do a named thing until when. `token` grows with each holder: a write that carries an older one is stale. */
@Entity('platform_lease')
export class Lease {
  @PrimaryColumn('varchar', { length: 100 }) name: string;
  @Varchar(100) holder: string;
  @BigInteger() token: number;
  @Instant() expiresAt: Date;
  /** The last tick of a schedule that was taken: each tick runs once, whichever process is first. */
  @Instant() slot: Date;
}
