import { Entity, Index } from 'typeorm';
import { Id, Instant, Int, Json, Text, Varchar } from '../database/entity';

/** One event waiting for one handler. A row leaves in the transaction of its delivery. */
@Entity('platform_outbox')
@Index('platform_outbox_due', ['dueAt', 'id'], { where: 'dead_at IS NULL' })
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
}
