import { Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { priorities, type Priority } from '../notification.lists';

@Entity('notifications_notification')
@Unique('notifications_notification_once', ['userId', 'dedupeKey'])
@Index('notifications_notification_user', ['userId', 'id'])
@Index('notifications_notification_unread', ['userId', 'id'], { where: 'NOT is_read' })
@Index('notifications_notification_notification_type', ['notificationType'])
@Index('notifications_notification_is_read', ['isRead'])
@Index('notifications_notification_created_at', ['createdAt'])
@Index('notifications_notification_priority', ['priority'])
@OneOf('notifications_notification_priority_listed', 'priority', priorities)
export class Notification {
  @Id() id: number;
  @Reference('User', 'notifications_notification_user_fk', 'CASCADE') userId: number;
  @Varchar(200) title: string;
  @Text() message: string;
  /** Open list: modules register theirs; a stored type nobody registers is kept and shown plainly. */
  @Varchar(50) notificationType: string;
  @Varchar(100, { nullable: true }) relatedObjectType: string | null;
  @BigInteger({ nullable: true }) relatedObjectId: number | null;
  @Flag({ default: false }) isRead: boolean;
  @Varchar(10, { default: 'normal' }) priority: Priority;
  @Varchar(200, { default: '' }) actionUrl: string;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) readAt: Date | null;
  /** One notification for each (person, type, object, version), whoever repeats the event; null for imported ones. */
  @Varchar(200, { nullable: true }) dedupeKey: string | null;
}

/** How many notifications a person has not read: asked on every page, so counted when they change. */
@Entity('notifications_unreadcount')
export class UnreadCount {
  @PrimaryColumn({ type: 'int8', name: 'user_id' })
  @ForeignKey('User', { name: 'notifications_unreadcount_user_fk', onDelete: 'CASCADE' })
  userId: number;
  @Int({ default: 0 }) unread: number;
}
