import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Text, Varchar } from '../database/entity';

/** The answer a person's key was given. Written in the transaction of the effect: no effect without it, no row without effect. */
@Entity('platform_idempotency')
@Unique('platform_idempotency_user_id_key', ['userId', 'key'])
@Index('platform_idempotency_created_at', ['createdAt'])
export class IdempotencyRow {
  @Id() id: number;
  /** No foreign key: the platform knows no users, and a row lives for a day. */
  @BigInteger() userId: number;
  @Varchar(255) key: string;
  @Varchar(64) requestHash: string;
  @Int({ nullable: true }) status: number | null;
  /** The JSON as it was sent, or null for an answer without a body. */
  @Text({ nullable: true }) body: string | null;
  @Instant() createdAt: Date;
}
