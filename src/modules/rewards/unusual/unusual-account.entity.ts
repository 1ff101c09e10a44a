import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, OneOf, Reference, Varchar } from '../../../platform/database/entity';

/** `fast_earner`: earned more in an hour than people do. `gathering_purse`: many young accounts gave to it. */
export const unusualKinds = ['fast_earner', 'gathering_purse'] as const;
export type UnusualKind = (typeof unusualKinds)[number];

/** An account somebody should look at: found by a job, kept for thirty days after it was last seen. */
@Entity('rewards_unusualaccount')
@Unique('rewards_unusualaccount_once', ['userId', 'kind'])
@Index('rewards_unusualaccount_seen', ['seenAt'])
@OneOf('rewards_unusualaccount_kind_listed', 'kind', unusualKinds)
export class UnusualAccount {
  @Id() id: number;
  @Reference('User', 'rewards_unusualaccount_user_fk', 'CASCADE') userId: number;
  @Varchar(20) kind: UnusualKind;
  /** The most seen: coins in an hour, or young senders in a week. */
  @BigInteger() figure: number;
  @Instant() firstSeenAt: Date;
  @Instant() seenAt: Date;
}
