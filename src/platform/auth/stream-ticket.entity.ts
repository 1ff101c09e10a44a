import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BigInteger, Instant, Varchar } from '../database/entity';

/** Opens one event stream without an Authorization header. Only the SHA-256 hash of the ticket is stored. */
@Entity('platform_streamticket')
@Index('platform_streamticket_expires_at', ['expiresAt'])
export class StreamTicket {
  @PrimaryColumn('varchar', { length: 64 }) hash: string;
  /** There are no foreign keys, because the platform does not know the users module and a row is deleted within minutes. */
  @BigInteger() userId: number;
  @Varchar(36) sessionId: string;
  @Instant() expiresAt: Date;
}
