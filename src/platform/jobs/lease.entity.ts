import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Instant, Varchar } from '../database/entity';

/** Says which process may do a named task, and until when. `token` grows with each new holder, so that a former holder is recognised. */
@Entity('platform_lease')
export class Lease {
  @PrimaryColumn('varchar', { length: 100 }) name: string;
  @Varchar(100) holder: string;
  @BigInteger() token: number;
  @Instant() expiresAt: Date;
  /** The last tick of a schedule that a process has taken, so that each tick runs only once. */
  @Instant() slot: Date;
}
