import { Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { priorities, type Priority } from '../notification.lists';

/** The types that name another person in the key of what they are about. */
export const namingSql = `notification_type IN ('course_enrollment', 'course_message', 'submission_received', 'teacher_applied')`;

@Entity('notifications_notification')
@Unique('notifications_notification_once', ['userId', 'dedupeKey'])
@Index('notifications_notification_user', ['userId', 'id'])
@Index('notifications_notification_unread', ['userId', 'id'], { where: 'NOT is_read' })
@Index('notifications_notification_naming', ['dedupeKey'], { where: namingSql })
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
  /** Modules register their types, so the list is open. A stored type that is not registered is kept; its label is made from its name. */
  @Varchar(50) notificationType: string;
  @Varchar(100, { nullable: true }) relatedObjectType: string | null;
  @BigInteger({ nullable: true }) relatedObjectId: number | null;
  @Flag({ default: false }) isRead: boolean;
  @Varchar(10, { default: 'normal' }) priority: Priority;
  @Varchar(200, { default: '' }) actionUrl: string;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) readAt: Date | null;
  /** Makes notifications unique by person, type, object and version, even if an event is repeated. Null if imported. */
  @Varchar(200, { nullable: true }) dedupeKey: string | null;
}

/** The number of unread notifications of a person. It is stored because every page shows it. */
@Entity('notifications_unreadcount')
export class UnreadCount {
  @PrimaryColumn({ type: 'int8', name: 'user_id' })
  @ForeignKey('User', { name: 'notifications_unreadcount_user_fk', onDelete: 'CASCADE' })
  userId: number;
  @Int({ default: 0 }) unread: number;
}
