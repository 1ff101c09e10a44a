import { Check, Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference } from '../../../platform/database/entity';

/** The user has blocked the other person, who can then send them neither coins nor the message that comes with coins. */
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
