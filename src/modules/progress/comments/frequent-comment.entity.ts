import { Entity, Index } from 'typeorm';
import { Id, Instant, Int, Reference, Text } from '../../../platform/database/entity';

/** A comment that a teacher writes often. It is copied into feedback, so a change of it changes no feedback. */
@Entity('progress_frequentcomment')
@Index('progress_frequentcomment_owner', ['ownerId', 'usedCount', 'id'])
export class FrequentCommentRow {
  @Id() id: number;
  @Reference('User', 'progress_frequentcomment_owner_fk', 'CASCADE') ownerId: number;
  @Text() text: string;
  @Int({ default: 0 }) usedCount: number;
  @Instant({ nullable: true }) lastUsedAt: Date | null;
  @Instant() createdAt: Date;
}
