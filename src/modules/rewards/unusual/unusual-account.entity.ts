import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, OneOf, Reference, Varchar } from '../../../platform/database/entity';

/** `fast_earner`: earned more in an hour than people can. `gathering_purse`: received coins from many young accounts. */
export const unusualKinds = ['fast_earner', 'gathering_purse'] as const;
export type UnusualKind = (typeof unusualKinds)[number];

/** An account that an administrator should check. A job finds it; the row is kept for 30 days after it was last found. */
@Entity('rewards_unusualaccount')
@Unique('rewards_unusualaccount_once', ['userId', 'kind'])
@Index('rewards_unusualaccount_seen', ['seenAt'])
@OneOf('rewards_unusualaccount_kind_listed', 'kind', unusualKinds)
export class UnusualAccount {
  @Id() id: number;
  @Reference('User', 'rewards_unusualaccount_user_fk', 'CASCADE') userId: number;
  @Varchar(20) kind: UnusualKind;
  /** The largest number found: coins in an hour, or young senders in a week. */
  @BigInteger() figure: number;
  @Instant() firstSeenAt: Date;
  @Instant() seenAt: Date;
}
