import { Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Json, OneOf, Varchar } from '../database/entity';
import { actorKinds, type ActorKind } from './audit.lists';

/**
 * An act of the staff, or an event of the security of an account. Triggers refuse every change but the sealing, which sets `sequence`
 * and the hashes once. An entry is never deleted, so it holds no name, address or text that people have written (decision 0046).
 */
@Entity('platform_auditentry')
@Unique('platform_auditentry_sequence', ['sequence'])
@Index('platform_auditentry_unsealed', ['id'], { where: 'sequence IS NULL' })
@Index('platform_auditentry_happened_at', ['happenedAt', 'id'])
@Index('platform_auditentry_actor', ['actorId', 'happenedAt', 'id'])
@Index('platform_auditentry_action', ['action', 'happenedAt', 'id'])
@Index('platform_auditentry_object', ['objectType', 'objectId', 'happenedAt', 'id'])
@OneOf('platform_auditentry_actor_kind_listed', 'actor_kind', actorKinds)
export class AuditEntry {
  @Id() id: number;
  @Instant() happenedAt: Date;
  /** The module and what happened: `courses.course-published`. */
  @Varchar(80) action: string;
  @Varchar(10) actorKind: ActorKind;
  /** There is no foreign key, so that the entry is kept when the person is removed. */
  @BigInteger({ nullable: true }) actorId: number | null;
  /** The name of the object in the API: `courses`. */
  @Varchar(40) objectType: string;
  /** Mostly a number. A job has a name, and a wallet of the school has an address. */
  @Varchar(100) objectId: string;
  @Json() detail: object;
  /** The trace id of the request, which its log lines also have. */
  @Varchar(32, { default: '' }) traceId: string;
  @BigInteger({ nullable: true }) sequence: number | null;
  @Varchar(64, { nullable: true }) previousHash: string | null;
  @Varchar(64, { nullable: true }) hash: string | null;
}

/** The last sealed entry, in one row. So the verification finds that the last entries were deleted. */
@Entity('platform_audithead')
export class AuditHead {
  @PrimaryColumn('int') id: number;
  @BigInteger() sequence: number;
  @Varchar(64) hash: string;
  @Instant() sealedAt: Date;
}
