import { Entity, Index } from 'typeorm';
import { BigInteger, Id, Instant, Varchar } from '../../../platform/database/entity';
import type { SecurityEventKind } from './security-event.lists';

/**
 * An event that concerns the security of an account. Database triggers refuse updates, and deletes in the first 30
 * days. There are no foreign keys, so that the events are kept when their people are deleted.
 */
@Entity('users_securityevent')
@Index('users_securityevent_person', ['personId', 'id'])
@Index('users_securityevent_happened_at', ['happenedAt'])
export class SecurityEvent {
  @Id() id: number;
  @Instant() happenedAt: Date;
  @Varchar(40) kind: SecurityEventKind;
  /** The owner of the account. */
  @BigInteger() personId: number;
  /** The person who acted; null if nobody was signed in. */
  @BigInteger({ nullable: true }) actorId: number | null;
  @Varchar(45, { default: '' }) address: string;
  @Varchar(200, { default: '' }) userAgent: string;
  @Varchar(200, { default: '' }) note: string;
}
