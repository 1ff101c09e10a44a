import { Entity, Index } from 'typeorm';
import { BigInteger, Id, Instant, Int, Json, Text, Varchar } from '../database/entity';

/** One event waiting for one handler. A row leaves in the transaction of its delivery. */
@Entity('platform_outbox')
@Index('platform_outbox_turn', ['turn', 'id'], { where: 'dead_at IS NULL' })
export class OutboxRow {
  @Id() id: number;
  @Varchar(100) handler: string;
  @Varchar(100) eventType: string;
  @Json() payload: object;
  @Int({ default: 0 }) attempts: number;
  @Instant() createdAt: Date;
  @Instant() dueAt: Date;
  @Instant({ nullable: true }) deadAt: Date | null;
  @Text({ default: '' }) lastError: string;
  /** The order of delivery, in milliseconds; no time to wait for. */
  @BigInteger({ default: 0 }) turn: number;
}

/** What an operator decided about a row that was not delivered; of a discarded one, all that is left. */
@Entity('platform_outbox_decision')
@Index('platform_outbox_decision_outbox', ['outboxId'])
export class OutboxDecision {
  @Id() id: number;
  @BigInteger() outboxId: number;
  @Varchar(100) handler: string;
  @Varchar(100) eventType: string;
  /** As text: it may be what could not be decoded. */
  @Text() payload: string;
  @Text() lastError: string;
  @Varchar(10) decision: 'retry' | 'discard';
  @Varchar(500) reason: string;
  /** Null: the command line. */
  @BigInteger({ nullable: true }) decidedBy: number | null;
  @Instant() decidedAt: Date;
}
