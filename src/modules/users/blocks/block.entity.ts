import { Check, Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference } from '../../../platform/database/entity';

/** A person who wants nothing from another: no coins, and none of the words that come with them. */
@Entity('users_block')
@Unique('users_block_once', ['userId', 'blockedId'])
@Index('users_block_blocked', ['blockedId'])
@Check('users_block_not_oneself', '"user_id" <> "blocked_id"')
export class Block {
  @Id() id: number;
  @Reference('User', 'users_block_user_fk', 'CASCADE') userId: number;
  @Reference('User', 'users_block_blocked_fk', 'CASCADE') blockedId: number;
  @Instant() createdAt: Date;
}
