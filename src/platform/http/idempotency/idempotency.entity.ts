import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Text, Varchar } from '../../database/entity';

/** The response stored for a user's key. It is written in the same transaction as the effect of the request, so that neither exists without the other. */
@Entity('platform_idempotency')
@Unique('platform_idempotency_user_id_key', ['userId', 'key'])
@Index('platform_idempotency_created_at', ['createdAt'])
export class IdempotencyRow {
  @Id() id: number;
  /** There is no foreign key, because the platform does not know the users module and a row is deleted after a day. */
  @BigInteger() userId: number;
  @Varchar(255) key: string;
  @Varchar(64) requestHash: string;
  @Int({ nullable: true }) status: number | null;
  /** The JSON as it was sent, or null for a response without a body. */
  @Text({ nullable: true }) body: string | null;
  @Instant() createdAt: Date;
}
