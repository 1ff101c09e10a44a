import { Entity, Index } from 'typeorm';
import { BigInteger, Id, Instant, Int, Json, Text, Varchar } from '../database/entity';

/** One event that waits for one handler. The row is deleted in the transaction of the handler. */
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
  /** Rows are delivered in the order of this number, a timestamp in milliseconds. A row may be delivered before this time. */
  @BigInteger({ default: 0 }) turn: number;
}

/** The decision of an operator about an undelivered row. After a discard the event exists only here. */
@Entity('platform_outbox_decision')
@Index('platform_outbox_decision_outbox', ['outboxId'])
export class OutboxDecision {
  @Id() id: number;
  @BigInteger() outboxId: number;
  @Varchar(100) handler: string;
  @Varchar(100) eventType: string;
  /** A text and not JSON, because the event may be undelivered just because its payload is not valid. */
  @Text() payload: string;
  @Text() lastError: string;
  @Varchar(10) decision: 'retry' | 'discard';
  @Varchar(500) reason: string;
  /** Null if the decision came from the command line. */
  @BigInteger({ nullable: true }) decidedBy: number | null;
  @Instant() decidedAt: Date;
}
