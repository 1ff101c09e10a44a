import { Entity, Index } from 'typeorm';
import { BigInteger, Id, Instant, Varchar } from '../../../platform/database/entity';
import type { SecurityEventKind } from './security-event.lists';

/**
 * Something that touched the safety of an account: to whom, by whom, from where. Triggers keep rows from being changed, and
 * from being deleted in their first 30 days. No foreign keys: what happened outlives the people.
 */
@Entity('users_securityevent')
@Index('users_securityevent_person', ['personId', 'id'])
@Index('users_securityevent_happened_at', ['happenedAt'])
export class SecurityEvent {
  @Id() id: number;
  @Instant() happenedAt: Date;
  @Varchar(40) kind: SecurityEventKind;
  /** To whom it happened. */
  @BigInteger() personId: number;
  /** Who did it; null: nobody who was signed in. */
  @BigInteger({ nullable: true }) actorId: number | null;
  @Varchar(45, { default: '' }) address: string;
  @Varchar(200, { default: '' }) userAgent: string;
  @Varchar(200, { default: '' }) note: string;
}
