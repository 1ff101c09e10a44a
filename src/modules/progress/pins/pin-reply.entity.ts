import { Entity, Index } from 'typeorm';
import { Id, Instant, Reference, Text } from '../../../platform/database/entity';

@Entity('progress_pinreply')
@Index('progress_pinreply_pin', ['pinId', 'id'])
@Index('progress_pinreply_author', ['authorId'], { where: 'author_id IS NOT NULL' })
export class PinReply {
  @Id() id: number;
  @Reference('Pin', 'progress_pinreply_pin_fk', 'CASCADE') pinId: number;
  @Reference('User', 'progress_pinreply_author_fk', 'SET NULL', { nullable: true }) authorId: number | null;
  @Text() text: string;
  @Instant() createdAt: Date;
}
